//! Message ports whose messages count for the budget of the notebook until they are received: those of deno_web, over
//! which it also transfers streams, hold any number of them.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use apinb_http::memory::Reservation;
use deno_core::{
    CancelFuture, CancelHandle, DetachedBuffer, JsBuffer, OpDecl, OpState, RcRef, Resource, ResourceId,
    TransferredResource, op2,
};
use deno_error::JsErrorBox;
use deno_web::{JsMessageData, MessagePort, MessagePortError, RecvMessageData, create_entangled_message_port};

use super::memory::OutOfMemory;
use crate::session::Session;

/// What a message needs beside its bytes, in bytes.
const MESSAGE: usize = 256;

/// The memory of the messages that a port has not received yet, in their order.
type Waiting = Arc<Mutex<VecDeque<Reservation>>>;

/// A port, and the memory of its messages.
struct CountedPort {
    port: MessagePort,
    /// Of the messages for this port: dropped with them.
    received: Waiting,
    /// Of the messages for the other one.
    sent: Weak<Mutex<VecDeque<Reservation>>>,
}

impl CountedPort {
    fn has_received(&self) {
        drop(self.received.lock().unwrap_or_else(PoisonError::into_inner).pop_front());
    }

    fn send(&self, state: &mut OpState, data: JsMessageData) -> Result<(), PortError> {
        let memory = Session::of(state).reserve(MESSAGE + data.data.len(), "message")?;
        if let Some(sent) = self.sent.upgrade() {
            sent.lock().unwrap_or_else(PoisonError::into_inner).push_back(memory);
            self.port.send(state, data)?;
        }
        Ok(())
    }
}

impl TransferredResource for CountedPort {
    fn receive(self: Box<Self>) -> Rc<dyn Resource> {
        Rc::new(PortResource { port: *self, cancel: CancelHandle::new() })
    }
}

struct PortResource {
    port: CountedPort,
    cancel: CancelHandle,
}

impl Resource for PortResource {
    fn name(&self) -> Cow<'_, str> {
        "messagePort".into()
    }

    fn close(self: Rc<Self>) {
        self.cancel.cancel();
    }

    fn transfer(self: Rc<Self>) -> Result<Box<dyn TransferredResource>, JsErrorBox> {
        self.cancel.cancel();
        let resource = Rc::try_unwrap(self).map_err(|_| JsErrorBox::from_err(MessagePortError::NotReady))?;
        Ok(Box::new(resource.port))
    }
}

/// Why a message is not sent or received.
#[derive(Debug, thiserror::Error, deno_error::JsError)]
pub(super) enum PortError {
    #[class(inherit)]
    #[error(transparent)]
    Port(#[from] MessagePortError),
    #[class(inherit)]
    #[error(transparent)]
    Memory(#[from] OutOfMemory),
}

/// Replaces deno_web's operations.
pub(super) fn counted(op: OpDecl) -> OpDecl {
    match op.name {
        "op_message_port_create_entangled" => op.with_implementation_from(&op_message_port_create_entangled()),
        "op_message_port_post_message" => op.with_implementation_from(&op_message_port_post_message()),
        "op_message_port_post_message_raw" => op.with_implementation_from(&op_message_port_post_message_raw()),
        "op_message_port_recv_message" => op.with_implementation_from(&op_message_port_recv_message()),
        "op_message_port_recv_message_sync" => op.with_implementation_from(&op_message_port_recv_message_sync()),
        _ => op,
    }
}

#[op2]
fn op_message_port_create_entangled(state: &mut OpState) -> (ResourceId, ResourceId) {
    let (one, other) = create_entangled_message_port();
    let (for_one, for_other) = (Waiting::default(), Waiting::default());
    let (to_one, to_other) = (Arc::downgrade(&for_one), Arc::downgrade(&for_other));
    let mut add = |port, received, sent| {
        let port = CountedPort { port, received, sent };
        state.resource_table.add(PortResource { port, cancel: CancelHandle::new() })
    };
    (add(one, for_one, to_other), add(other, for_other, to_one))
}

fn port(state: &OpState, id: ResourceId) -> Result<Rc<PortResource>, MessagePortError> {
    state.resource_table.get::<PortResource>(id).map_err(MessagePortError::Resource)
}

#[op2]
fn op_message_port_post_message(
    state: &mut OpState,
    #[smi] id: ResourceId,
    #[serde] data: JsMessageData,
) -> Result<(), PortError> {
    port(state, id)?.port.send(state, data)
}

#[op2]
fn op_message_port_post_message_raw(
    state: &mut OpState,
    #[smi] id: ResourceId,
    #[buffer(detach)] data: JsBuffer,
) -> Result<(), PortError> {
    let data = DetachedBuffer::from_v8slice(data.into_parts());
    port(state, id)?.port.send(state, JsMessageData { data, transferables: Vec::new() })
}

#[op2]
async fn op_message_port_recv_message(
    state: Rc<RefCell<OpState>>,
    #[smi] id: ResourceId,
) -> Result<Option<RecvMessageData>, MessagePortError> {
    let Ok(resource) = port(&state.borrow(), id) else { return Ok(None) };
    let cancel = RcRef::map(Rc::clone(&resource), |resource| &resource.cancel);
    let message = resource.port.port.recv(state).or_cancel(cancel).await??;
    if message.is_some() {
        resource.port.has_received();
    }
    Ok(message)
}

#[op2]
fn op_message_port_recv_message_sync(
    state: &mut OpState,
    #[smi] id: ResourceId,
) -> Result<Option<JsMessageData>, MessagePortError> {
    let resource = port(state, id)?;
    let message = resource.port.port.try_recv_sync(state)?;
    if message.is_some() {
        resource.port.has_received();
    }
    Ok(message)
}
