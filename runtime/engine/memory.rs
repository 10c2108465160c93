//! The memory of an isolate: its heap and what JavaScript keeps beside it, within the budget of the notebook.
//!
//! Array buffers are taken from the budget as they are allocated. The rest is measured whenever V8 has collected garbage:
//! its heap, and what it knows of outside of it, such as the memories of WebAssembly.

use std::alloc::{Layout, alloc, alloc_zeroed, dealloc};
use std::ffi::{CStr, c_void};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use apinb_http::memory::MemoryBudget;
use deno_core::v8::{self, UniqueRef};
use deno_core::{GarbageCollected, JsRuntime};

/// Room above the limit for unwinding a cell: the largest single allocation that V8 makes in one step
/// (a backing store of 2^27 elements) must fit, else V8 ends the process. It has an effect where the process is that of
/// the REPL: the data of a worker is limited (`runtime/run/keeper.rs`), by less than this unless its budget is large. A
/// worker that V8 ends loses its notebook, the REPL would lose the session.
const HEADROOM: usize = 1280 << 20;

/// After how many collections of garbage in a row a notebook that exceeds its budget has run out of memory. V8 frees
/// the buffers of one collection during the next cycle.
const COLLECTIONS: usize = 2;

/// A value of Rust that lives as long as the object of JavaScript that it belongs to. It holds no value of JavaScript.
pub(crate) struct Collected<T>(pub(crate) T);

#[expect(unsafe_code, reason = "deno_core declares the trait so")]
// SAFETY: there is nothing to trace.
unsafe impl<T: 'static> GarbageCollected for Collected<T> {
    fn trace(&self, _visitor: &mut v8::cppgc::Visitor) {}

    fn get_name(&self) -> &'static CStr {
        c"Collected"
    }
}

/// The memory of one isolate, shared with V8's callbacks.
pub(crate) struct IsolateMemory {
    budget: Arc<MemoryBudget>,
    /// The bytes of the array buffers that were allocated here.
    buffers: AtomicUsize,
    /// How many collections in a row have left more than the budget.
    exceeding: AtomicUsize,
    /// Whether an operation collects garbage.
    in_operation: AtomicBool,
    /// The size of the heap after the last collection.
    heap: AtomicUsize,
    /// Whether a buffer was refused since then.
    refused: AtomicBool,
    /// Whether the limit was reached.
    reached: AtomicBool,
    /// Whether it ever was: until then there is nothing to check.
    was_reached: AtomicBool,
    isolate: OnceLock<v8::IsolateHandle>,
}

impl IsolateMemory {
    /// The memory of an isolate that [`IsolateMemory::install`] is called for.
    pub(crate) fn new(budget: Arc<MemoryBudget>) -> Arc<Self> {
        Arc::new(Self {
            budget,
            buffers: AtomicUsize::new(0),
            exceeding: AtomicUsize::new(0),
            in_operation: AtomicBool::new(false),
            heap: AtomicUsize::new(0),
            refused: AtomicBool::new(false),
            reached: AtomicBool::new(false),
            was_reached: AtomicBool::new(false),
            isolate: OnceLock::new(),
        })
    }

    /// Makes allocations near the limit terminate the running JavaScript. `runtime` has the [`Self::allocator`].
    pub(crate) fn install(self: &Arc<Self>, runtime: &mut JsRuntime) {
        let _ = self.isolate.set(runtime.v8_isolate().thread_safe_handle());
        self.watch_heap(runtime);
        #[expect(unsafe_code, reason = "called by V8")]
        unsafe extern "C" fn collected(
            mut isolate: v8::UnsafeRawIsolatePtr,
            _type: v8::GCType,
            _flags: v8::GCCallbackFlags,
            memory: *mut c_void,
        ) {
            // SAFETY: the allocator of the isolate, which V8 drops with the isolate, shares the memory.
            let memory = unsafe { &*memory.cast_const().cast::<IsolateMemory>() };
            // SAFETY: V8 passes the isolate whose garbage it has collected, on its thread.
            let isolate = unsafe { v8::Isolate::ref_from_raw_isolate_ptr_mut(&mut isolate) };
            memory.measure(isolate);
        }
        let memory = Arc::as_ptr(self).cast_mut().cast();
        runtime.v8_isolate().add_gc_epilogue_callback(collected, memory, v8::GCType::kGCTypeMarkSweepCompact);
        // The prelude.
        self.measure(runtime.v8_isolate());
    }

    /// V8's own limit, for what it allocates between two collections. V8 also calls this for an array buffer that it gets
    /// no memory for, before it tries for the last time and throws a RangeError: then the heap has room, and the cell may
    /// catch the error.
    fn watch_heap(self: &Arc<Self>, runtime: &mut JsRuntime) {
        let memory = Arc::clone(self);
        runtime.add_near_heap_limit_callback(move |current, initial| {
            let has_room = memory.heap.load(Ordering::SeqCst) < current / 4 * 3;
            if memory.refused.swap(false, Ordering::SeqCst) && has_room {
                return current;
            }
            memory.end_cell();
            current.max(initial + HEADROOM)
        });
    }

    /// Collects garbage within an operation, which says itself that there is too little memory.
    pub(crate) fn collect(&self, isolate: &mut v8::Isolate) {
        self.in_operation.store(true, Ordering::SeqCst);
        isolate.low_memory_notification();
        self.in_operation.store(false, Ordering::SeqCst);
    }

    /// Measures what is in use after a collection.
    fn measure(&self, isolate: &mut v8::Isolate) {
        self.refused.store(false, Ordering::SeqCst);
        let statistics = isolate.get_heap_statistics();
        self.heap.store(statistics.used_heap_size(), Ordering::SeqCst);
        let outside = statistics.external_memory().saturating_sub(self.buffers.load(Ordering::SeqCst));
        if self.budget.measure(statistics.used_heap_size() + outside) {
            self.exceeding.store(0, Ordering::SeqCst);
        } else if !self.in_operation.load(Ordering::SeqCst)
            && self.exceeding.fetch_add(1, Ordering::SeqCst) + 1 >= COLLECTIONS
        {
            self.end_cell();
        }
    }

    fn end_cell(&self) {
        self.reached.store(true, Ordering::SeqCst);
        self.was_reached.store(true, Ordering::SeqCst);
        if let Some(isolate) = self.isolate.get() {
            isolate.terminate_execution();
        }
    }

    /// Whether the limit was reached since the last time.
    pub(crate) fn take_reached(&self) -> bool {
        self.reached.swap(false, Ordering::SeqCst)
    }

    /// Collects garbage, and resets the limit.
    pub(crate) fn recover(self: &Arc<Self>, runtime: &mut JsRuntime) {
        runtime.v8_isolate().low_memory_notification();
        // V8 never sets a limit below what is in use.
        runtime.remove_near_heap_limit_callback(self.budget.limit());
        self.watch_heap(runtime);
        // The collection may have found too much once more.
        runtime.v8_isolate().cancel_terminate_execution();
        self.exceeding.store(0, Ordering::SeqCst);
        self.reached.store(false, Ordering::SeqCst);
    }

    /// Whether the values of the notebook leave no room to continue. Collects garbage where little is left: the network,
    /// which takes memory on a thread of its own, cannot.
    pub(crate) fn is_exhausted(self: &Arc<Self>, runtime: &mut JsRuntime) -> bool {
        if self.budget.left() < self.budget.limit() / 4 {
            runtime.v8_isolate().low_memory_notification();
        }
        if self.take_reached() {
            self.recover(runtime);
        }
        if !self.was_reached.load(Ordering::SeqCst) || !self.is_exceeded(runtime) {
            return false;
        }
        // The values of a terminated cell are only released once its last frame is gone.
        self.recover(runtime);
        self.is_exceeded(runtime)
    }

    fn is_exceeded(&self, runtime: &mut JsRuntime) -> bool {
        let heap = runtime.v8_isolate().get_heap_statistics().used_heap_size();
        heap.saturating_add(self.budget.taken()) > self.budget.limit()
    }

    fn allocate(&self, bytes: usize, zeroed: bool) -> *mut c_void {
        let Ok(layout) = Layout::from_size_align(bytes.max(1), 16) else { return std::ptr::null_mut() };
        if !self.budget.take(bytes) {
            self.refused.store(true, Ordering::SeqCst);
            return std::ptr::null_mut();
        }
        #[expect(unsafe_code, reason = "V8's allocator interface works on raw memory")]
        // SAFETY: the layout's size is not zero.
        let memory = unsafe { if zeroed { alloc_zeroed(layout) } else { alloc(layout) } };
        if memory.is_null() {
            self.budget.give_back(bytes);
        } else {
            self.buffers.fetch_add(bytes, Ordering::SeqCst);
        }
        memory.cast()
    }

    /// An allocator of array buffers that stops at the limit: V8 then throws a RangeError.
    pub(crate) fn allocator(self: &Arc<Self>) -> UniqueRef<v8::Allocator> {
        #[expect(unsafe_code, reason = "called by V8")]
        unsafe extern "C" fn allocate(memory: &IsolateMemory, bytes: usize) -> *mut c_void {
            memory.allocate(bytes, true)
        }
        #[expect(unsafe_code, reason = "called by V8")]
        unsafe extern "C" fn allocate_uninitialized(memory: &IsolateMemory, bytes: usize) -> *mut c_void {
            memory.allocate(bytes, false)
        }
        #[expect(unsafe_code, reason = "called by V8")]
        unsafe extern "C" fn free(memory: &IsolateMemory, buffer: *mut c_void, bytes: usize) {
            if let Ok(layout) = Layout::from_size_align(bytes.max(1), 16) {
                // SAFETY: V8 returns a pointer from `allocate`, with the size that it requested.
                unsafe { dealloc(buffer.cast(), layout) };
                memory.buffers.fetch_sub(bytes, Ordering::SeqCst);
                memory.budget.give_back(bytes);
            }
        }
        #[expect(unsafe_code, reason = "called by V8")]
        unsafe extern "C" fn drop_memory(memory: *const IsolateMemory) {
            // SAFETY: the pointer came from `Arc::into_raw` below, and V8 drops it once.
            drop(unsafe { Arc::from_raw(memory) });
        }
        static VTABLE: v8::RustAllocatorVtable<IsolateMemory> =
            v8::RustAllocatorVtable { allocate, allocate_uninitialized, free, drop: drop_memory };

        #[expect(unsafe_code, reason = "V8's allocator interface works on raw memory")]
        // SAFETY: the handle is what the functions of the table expect, and lives until `drop`.
        unsafe {
            v8::new_rust_allocator(Arc::into_raw(Arc::clone(self)), &VTABLE)
        }
    }
}
