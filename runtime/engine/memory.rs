//! The limits of an isolate's memory: its heap, and the array buffers beside it.

use std::alloc::{Layout, alloc, alloc_zeroed, dealloc};
use std::ffi::c_void;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use deno_core::JsRuntime;
use deno_core::v8::{self, UniqueRef};

/// Room above the limit for unwinding a cell: the largest single allocation that V8 makes in one step
/// (a backing store of 2^27 elements) must fit, else V8 ends the process.
const HEADROOM: usize = 1280 << 20;

/// Whether the heap's limit was reached, shared with V8's callback.
#[derive(Clone, Default)]
pub(crate) struct HeapGuard {
    reached: Arc<AtomicBool>,
    /// Whether it ever was: until then there is nothing to check.
    was_reached: Arc<AtomicBool>,
}

impl HeapGuard {
    /// Makes allocations near the heap's limit terminate the running JavaScript.
    pub(crate) fn install(&self, runtime: &mut JsRuntime) {
        let isolate = runtime.v8_isolate().thread_safe_handle();
        let (reached, was_reached) = (Arc::clone(&self.reached), Arc::clone(&self.was_reached));
        runtime.add_near_heap_limit_callback(move |current, initial| {
            reached.store(true, Ordering::SeqCst);
            was_reached.store(true, Ordering::SeqCst);
            isolate.terminate_execution();
            current.max(initial + HEADROOM)
        });
    }

    /// Whether the limit was reached since the last time.
    pub(crate) fn take(&self) -> bool {
        self.reached.swap(false, Ordering::SeqCst)
    }

    /// Collects garbage, and resets the limit.
    pub(crate) fn recover(&self, runtime: &mut JsRuntime, max_heap: usize) {
        runtime.v8_isolate().low_memory_notification();
        // V8 never sets a limit below what is in use.
        runtime.remove_near_heap_limit_callback(max_heap);
        self.install(runtime);
        self.reached.store(false, Ordering::SeqCst);
    }

    /// Whether the values of the notebook leave no room to continue.
    pub(crate) fn is_exhausted(&self, runtime: &mut JsRuntime, max_heap: usize) -> bool {
        if !self.was_reached.load(Ordering::SeqCst) || used_heap(runtime) <= max_heap {
            return false;
        }
        // The values of a terminated cell are only released once its last frame is gone.
        self.recover(runtime, max_heap);
        used_heap(runtime) > max_heap
    }
}

fn used_heap(runtime: &mut JsRuntime) -> usize {
    runtime.v8_isolate().get_heap_statistics().used_heap_size()
}

/// A limit on memory outside V8's heap: array buffers together may take as much again, and so may Blobs.
#[derive(Debug)]
pub(crate) struct Budget {
    used: AtomicUsize,
    limit: usize,
}

impl Budget {
    pub(crate) fn new(limit: usize) -> Arc<Self> {
        Arc::new(Self { used: AtomicUsize::new(0), limit })
    }

    /// The limit, in bytes.
    pub(crate) fn limit(&self) -> usize {
        self.limit
    }

    /// Spends bytes of the budget; false if it is exhausted.
    pub(crate) fn take(&self, bytes: usize) -> bool {
        let take = |used: usize| used.checked_add(bytes).filter(|sum| *sum <= self.limit);
        self.used.fetch_update(Ordering::SeqCst, Ordering::SeqCst, take).is_ok()
    }

    pub(crate) fn give_back(&self, bytes: usize) {
        self.used.fetch_sub(bytes, Ordering::SeqCst);
    }

    fn allocate(&self, bytes: usize, zeroed: bool) -> *mut c_void {
        let Ok(layout) = Layout::from_size_align(bytes.max(1), 16) else { return std::ptr::null_mut() };
        if !self.take(bytes) {
            return std::ptr::null_mut();
        }
        #[expect(unsafe_code, reason = "V8's allocator interface works on raw memory")]
        // SAFETY: the layout's size is not zero.
        let memory = unsafe { if zeroed { alloc_zeroed(layout) } else { alloc(layout) } };
        if memory.is_null() {
            self.give_back(bytes);
        }
        memory.cast()
    }
}

/// An allocator of array buffers that stops at `limit` bytes: V8 then throws a RangeError.
pub(crate) fn array_buffer_allocator(limit: usize) -> UniqueRef<v8::Allocator> {
    #[expect(unsafe_code, reason = "called by V8")]
    unsafe extern "C" fn allocate(budget: &Budget, bytes: usize) -> *mut c_void {
        budget.allocate(bytes, true)
    }
    #[expect(unsafe_code, reason = "called by V8")]
    unsafe extern "C" fn allocate_uninitialized(budget: &Budget, bytes: usize) -> *mut c_void {
        budget.allocate(bytes, false)
    }
    #[expect(unsafe_code, reason = "called by V8")]
    unsafe extern "C" fn free(budget: &Budget, memory: *mut c_void, bytes: usize) {
        if let Ok(layout) = Layout::from_size_align(bytes.max(1), 16) {
            // SAFETY: V8 returns a pointer from `allocate`, with the size that it requested.
            unsafe { dealloc(memory.cast(), layout) };
            budget.give_back(bytes);
        }
    }
    #[expect(unsafe_code, reason = "called by V8")]
    unsafe extern "C" fn drop_budget(budget: *const Budget) {
        // SAFETY: the pointer came from `Arc::into_raw` below, and V8 drops it once.
        drop(unsafe { Arc::from_raw(budget) });
    }
    static VTABLE: v8::RustAllocatorVtable<Budget> =
        v8::RustAllocatorVtable { allocate, allocate_uninitialized, free, drop: drop_budget };

    let budget = Budget::new(limit);
    #[expect(unsafe_code, reason = "V8's allocator interface works on raw memory")]
    // SAFETY: the handle is what the functions of the table expect, and lives until `drop`.
    unsafe {
        v8::new_rust_allocator(Arc::into_raw(budget), &VTABLE)
    }
}
