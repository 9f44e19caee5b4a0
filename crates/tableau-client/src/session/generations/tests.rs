//! Every order of events up to a length, checked against the invariants.

use std::collections::BTreeSet;
use std::time::Duration;

use super::{CONTENDED, CONTENTION_WINDOW, Generations, LONGEST_BACKOFF, Next, Numbered};

impl Numbered for u64 {
    fn generation(&self) -> u64 {
        *self
    }
}

#[derive(Debug, Clone, Copy)]
enum Event {
    /// A call needs a session.
    Ask,
    /// A call was told that the session begun last is dead.
    LastIsDead,
    /// A late answer says that the very first session is dead.
    FirstIsDead,
    /// The sign-in under way succeeds; by this client, or found in the store.
    Lands(bool),
    /// The sign-in under way fails; for good, or for a passing reason.
    Fails(bool),
    /// No call waits for the sign-in any more.
    Abandoned,
    /// An outcome of a sign-in that was given up long ago arrives.
    LateLanding,
    Passes(Duration),
}

const EVENTS: [Event; 11] = [
    Event::Ask,
    Event::LastIsDead,
    Event::FirstIsDead,
    Event::Lands(true),
    Event::Lands(false),
    Event::Fails(true),
    Event::Fails(false),
    Event::Abandoned,
    Event::LateLanding,
    Event::Passes(Duration::from_millis(999)),
    Event::Passes(CONTENTION_WINDOW),
];

/// The rules, and what an observer knows without looking into them.
#[derive(Clone)]
struct World {
    rules: Generations<u64, &'static str>,
    now: Duration,
    /// The sign-in under way, as it was told.
    under_way: Option<u64>,
    dead: BTreeSet<u64>,
    begun: u64,
    refused_for_good: bool,
    /// No sign-in before this time.
    closed_until: Duration,
    own_sign_ins: Vec<Duration>,
}

impl World {
    fn new() -> Self {
        Self {
            rules: Generations::new(None),
            now: Duration::ZERO,
            under_way: None,
            dead: BTreeSet::new(),
            begun: 0,
            refused_for_good: false,
            closed_until: Duration::ZERO,
            own_sign_ins: Vec::new(),
        }
    }

    fn happens(&mut self, event: Event) {
        match event {
            Event::Ask => self.ask(None),
            Event::LastIsDead => self.ask(self.rules.last().copied()),
            Event::FirstIsDead => self.ask((self.begun > 0).then_some(1)),
            Event::Lands(by_us) => {
                if let Some(number) = self.under_way.take() {
                    self.begun += 1;
                    self.rules.succeeded(number, self.begun, by_us, self.now);
                    self.own_sign_ins.extend(by_us.then_some(self.now));
                }
            }
            Event::Fails(is_final) => {
                if let Some(number) = self.under_way.take() {
                    self.rules.failed(number, "failed", is_final, self.now);
                    self.refused_for_good |= is_final;
                    self.closed_until = self.now + Duration::from_secs(1);
                }
            }
            Event::Abandoned => {
                if let Some(number) = self.under_way.take() {
                    self.rules.abandoned(number);
                }
            }
            Event::LateLanding => self.rules.succeeded(0, 999, true, self.now),
            Event::Passes(time) => self.now += time,
        }
        assert_eq!(self.rules.under_way(), self.under_way, "one sign-in at a time");
    }

    fn ask(&mut self, dead: Option<u64>) {
        self.dead.extend(dead);
        let good_before = self.begun > 0 && !self.dead.contains(&self.begun);
        match self.rules.next(dead, self.now) {
            Next::Use(session) => {
                assert!(!self.dead.contains(&session), "a dead session is not used");
                assert_eq!(session, self.begun, "the session begun last is used");
            }
            Next::Join => assert!(self.under_way.is_some(), "there is something to join"),
            Next::Begin(number) => {
                assert_eq!(self.under_way, None, "one sign-in at a time");
                assert!(!self.refused_for_good, "a wrong secret is final");
                assert!(self.now >= self.closed_until, "a sign-in that failed backs off");
                assert!(!good_before, "a good session is not thrown away");
                self.under_way = Some(number);
            }
            Next::Refuse(error) => {
                assert_eq!(error, "failed");
                assert!(!good_before, "with a good session nothing is refused");
            }
            Next::Contended => {
                let recent = |time: &&Duration| self.now - **time < CONTENTION_WINDOW;
                assert!(self.own_sign_ins.iter().filter(recent).count() >= CONTENDED);
            }
        }
    }
}

#[test]
fn whatever_happens() {
    fn explore(world: &World, depth: usize) -> usize {
        if depth == 0 {
            return 1;
        }
        let after = |event: Event| {
            let mut world = world.clone();
            world.happens(event);
            explore(&world, depth - 1)
        };
        EVENTS.into_iter().map(after).sum()
    }
    assert_eq!(explore(&World::new(), 6), EVENTS.len().pow(6));
}

#[test]
fn longer_ways_that_matter() {
    // Three sessions of ours that die within a minute, and then a minute of peace.
    let mut world = World::new();
    for _ in 0..CONTENDED {
        world.happens(Event::LastIsDead);
        world.happens(Event::Lands(true));
    }
    let last = world.rules.last().copied();
    assert_eq!(world.rules.next(last, world.now), Next::Contended);
    world.happens(Event::Passes(CONTENTION_WINDOW));
    assert!(matches!(world.rules.next(last, world.now), Next::Begin(_)));
}

#[test]
fn the_wait_doubles_up_to_a_limit() {
    let mut rules: Generations<u64, &str> = Generations::new(None);
    let mut now = Duration::ZERO;
    for failures in 0..40_u32 {
        let Next::Begin(number) = rules.next(None, now) else {
            panic!("the wait after failure {failures} is over");
        };
        rules.failed(number, "failed", false, now);
        let wait = Duration::from_secs(1)
            .saturating_mul(2_u32.saturating_pow(failures))
            .min(LONGEST_BACKOFF);
        assert_eq!(
            rules.next(None, now + wait - Duration::from_millis(1)),
            Next::Refuse("failed")
        );
        now += wait;
    }
}
