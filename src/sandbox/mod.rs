//! Purpose: a simulated Telegram Bot API over HTTP on loopback, with people in it: to try the bot without a token,
//! for tests, for crash tests and for measuring.
//!
//! Invariant: the bot talks to it exactly as to api.telegram.org; the sandbox knows nothing of the bot. All of the
//! world's time is the clock's; only answer delays, hanging faults and long-poll waits use real time.
//!
//! ```text
//! let sandbox = Sandbox::start(SimConfig::default(), clock).await?;
//! let (teacher, parent) = (sandbox.add_person("Wang"), sandbox.add_person("Ming's mother"));
//! let group = sandbox.add_supergroup("Class 3-2 parents", teacher);
//! sandbox.joins(parent, group)?;
//! sandbox.adds_bot(teacher, group)?;
//! sandbox.writes(parent, group, "/balance")?;
//! let answer = sandbox.until(bound, |world| world.said(group).find(|said| said.text.contains("points"))).await?;
//! ```

mod acts;
mod callback;
mod config;
mod connection;
mod demo;
mod entities;
mod faults;
mod fields;
mod files;
mod history;
mod ids;
pub(crate) mod limits;
mod load;
mod media;
mod message;
mod methods;
mod page;
mod people;
mod poll;
mod polling;
mod population;
mod reading;
mod request_body;
mod requests;
mod server;
mod standing;
#[cfg(test)]
mod tests;
mod updates;
mod view;
mod webhook;
mod world;

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

pub use callback::{CALLBACK_VALID_MS, Callback, CallbackAnswer};
pub use config::{NextEvent, RateLimits, SimConfig};
pub use demo::DemoClass;
pub use entities::Styled;
pub use faults::{Fault, FaultPlan, FaultRule, Strike};
pub use files::StoredFile;
pub use ids::{ANONYMOUS_ADMIN, CHANNEL_BOT, CannotDo, ChatId, PersonId, TELEGRAM};
pub use load::{LoadEvent, LoadHook};
pub use media::{Media, MediaKind};
pub use message::{Button, Content, Message};
pub use people::Speech;
pub use poll::Poll;
pub use population::{Chat, ChatKind, Member, Person};
pub use reading::Said;
pub use requests::{Outcome, Request};
pub use standing::{Permissions, Rights, Standing};
pub use world::{Deletion, World};

use crate::clock::{Clock, Millis, TimedOut, timeout};

use faults::Faults;
use load::LoadCounts;

/// What the server, the handles and the background tasks share.
pub(crate) struct Shared {
    config: SimConfig,
    clock: Clock,
    world: Mutex<World>,
    faults: Mutex<Faults>,
    /// Grows whenever something may have changed.
    changed: watch::Sender<u64>,
    /// Wakes waiting getUpdates calls and webhook workers.
    updates: Notify,
    /// Wakes the task that closes polls.
    poll_sent: Notify,
    /// Wakes deliveries that wait for their next try.
    webhook_set: Notify,
    in_flight: AtomicUsize,
    stop: watch::Sender<bool>,
    load: LoadCounts,
    address: SocketAddr,
    /// What keeps the sandbox running, for the page's handlers.
    guard: Mutex<Weak<Guard>>,
}

impl Shared {
    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn notify(&self) {
        self.changed.send_modify(|count| *count = count.wrapping_add(1));
        self.updates.notify_waiters();
    }

    /// Resolves when the sandbox stops.
    async fn stopped(&self) {
        let mut stop = self.stop.subscribe();
        // An error means that the sender is gone, which is the same.
        let _ = stop.wait_for(|stop| *stop).await;
    }
}

/// Stops the server when the last handle is dropped.
struct Guard {
    shared: Arc<Shared>,
    server: Mutex<Option<JoinHandle<()>>>,
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.shared.stop.send_replace(true);
    }
}

/// A running sandbox. Clones are handles of the same one; it stops when the last is dropped.
#[derive(Clone)]
pub struct Sandbox {
    shared: Arc<Shared>,
    guard: Arc<Guard>,
}

impl Sandbox {
    /// Starts a server on 127.0.0.1. `clock` is the time of everything in the world; share it with the bot.
    ///
    /// # Errors
    /// When the port can't be bound.
    pub async fn start(config: SimConfig, clock: Clock) -> io::Result<Self> {
        let listener = connection::Loopback::bind(config.port).await?;
        let shared = Arc::new(Shared {
            address: listener.address()?,
            world: Mutex::new(World::new(config.clone(), clock.clone())),
            faults: Mutex::new(Faults::new(config.faults.clone())),
            changed: watch::Sender::new(0),
            updates: Notify::new(),
            poll_sent: Notify::new(),
            webhook_set: Notify::new(),
            in_flight: AtomicUsize::new(0),
            stop: watch::Sender::new(false),
            load: LoadCounts::default(),
            guard: Mutex::new(Weak::new()),
            config,
            clock,
        });
        let server = tokio::spawn(server::serve(listener, shared.clone()));
        tokio::spawn(close_polls(shared.clone()));
        tokio::spawn(webhook::deliver(shared.clone()));
        let guard = Arc::new(Guard { shared: shared.clone(), server: Mutex::new(Some(server)) });
        *shared.guard.lock().unwrap_or_else(PoisonError::into_inner) = Arc::downgrade(&guard);
        Ok(Self { shared, guard })
    }

    /// A handle for a request that is being answered; `None` while the sandbox stops.
    fn of(shared: &Arc<Shared>) -> Option<Self> {
        let guard = shared.guard.lock().unwrap_or_else(PoisonError::into_inner).upgrade()?;
        Some(Self { shared: shared.clone(), guard })
    }

    /// When the bot's next scheduled event is, if the bot told.
    #[must_use]
    pub fn next_event(&self) -> Option<Millis> {
        self.shared.config.next_event.as_ref().and_then(|next| next())
    }

    /// Where the server is: `http://127.0.0.1:<port>`, without a final slash. Give it to the bot as its API address.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.shared.address)
    }

    /// The bot's token.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.shared.config.token
    }

    /// The bot as a member of chats.
    #[must_use]
    pub fn bot(&self) -> PersonId {
        PersonId(self.shared.config.bot_id())
    }

    /// The clock given at start.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.shared.clock
    }

    /// Stops the server and waits until its connections are closed, at most five seconds of real time.
    pub async fn stop(self) {
        self.shared.stop.send_replace(true);
        let server = self.guard.server.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(server) = server {
            // Clients that keep a connection open are cut off by the runtime later.
            let _ = timeout(Duration::from_secs(5), server).await;
        }
    }

    /// Plays another fault plan from now on.
    pub fn set_faults(&self, plan: FaultPlan) {
        *self.shared.faults.lock().unwrap_or_else(PoisonError::into_inner) = Faults::new(plan);
    }

    /// From now on the server is one that knows ephemeral messages, or an older one.
    pub fn set_ephemeral(&self, supported: bool) {
        self.act(|world| world.config.supports_ephemeral = supported);
    }

    /// Looks at the world. Don't call the sandbox inside: the world is locked.
    pub fn read<R>(&self, look: impl FnOnce(&World) -> R) -> R {
        look(&self.shared.world())
    }

    /// Changes the world and wakes everybody who waits for a change.
    pub(crate) fn act<R>(&self, change: impl FnOnce(&mut World) -> R) -> R {
        let result = change(&mut self.shared.world());
        self.shared.notify();
        result
    }

    /// Waits until `found` finds something in the world, looking again after every change. Don't call the sandbox
    /// inside `found`: the world is locked.
    ///
    /// # Errors
    /// [`TimedOut`] after `bound` of real time.
    pub async fn until<R>(
        &self,
        bound: Duration,
        found: impl Fn(&World) -> Option<R>,
    ) -> Result<R, TimedOut> {
        let mut changes = self.shared.changed.subscribe();
        timeout(bound, async {
            loop {
                changes.borrow_and_update();
                if let Some(result) = self.read(&found) {
                    return result;
                }
                if changes.changed().await.is_err() {
                    std::future::pending::<()>().await;
                }
            }
        })
        .await
    }

    /// Waits until the bot confirmed every update and no request is being answered. What a bot does on its own
    /// afterwards, such as sending from an outbox, needs [`Self::until`].
    ///
    /// # Errors
    /// [`TimedOut`] after `bound` of real time.
    pub async fn idle(&self, bound: Duration) -> Result<(), TimedOut> {
        let shared = &self.shared;
        self.until(bound, |world| {
            (world.updates.pending() == 0 && shared.in_flight.load(Ordering::SeqCst) == 0).then_some(())
        })
        .await
    }

    /// Requests being answered at present, waiting getUpdates calls not counted.
    #[must_use]
    pub fn requests_in_flight(&self) -> usize {
        self.shared.in_flight.load(Ordering::SeqCst)
    }
}

/// Closes polls when the clock shows their time, until the sandbox stops.
async fn close_polls(shared: Arc<Shared>) {
    loop {
        let mut sent = std::pin::pin!(shared.poll_sent.notified());
        // Registered before looking, so that a poll sent meanwhile isn't missed.
        sent.as_mut().enable();
        let next = shared.world().next_poll_close();
        let due = async {
            match next {
                Some(at) => shared.clock.sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = due => {
                shared.world().close_due_polls();
                shared.notify();
            }
            () = sent => {}
            () = shared.stopped() => return,
        }
    }
}
