//! The random values of a notebook: of the system, or of a seed. The kinds of values are separate streams of the
//! generator, so that a notebook that needs more of one kind gets the same of the others.

use std::cell::RefCell;

use apinb_record::determinism::Seed;
use rand::rngs::ThreadRng;
use rand::{Rng, RngCore};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;

/// The source of random values of one engine.
pub(crate) struct Chance(Option<Streams>);

/// The streams of a seed.
struct Streams {
    numbers: RefCell<ChaCha8Rng>,
    bytes: RefCell<ChaCha8Rng>,
    boundaries: RefCell<ChaCha8Rng>,
}

/// The letters of a boundary.
const LETTERS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// The number of random letters in a boundary.
const BOUNDARY: usize = 32;

impl Chance {
    pub(crate) fn new(seed: Option<Seed>) -> Self {
        Self(seed.map(|Seed(seed)| {
            let stream = |number| {
                let mut generator = ChaCha8Rng::seed_from_u64(seed);
                generator.set_stream(number);
                RefCell::new(generator)
            };
            Streams { numbers: stream(0), bytes: stream(1), boundaries: stream(2) }
        }))
    }

    /// Whether the values are those of a seed.
    pub(crate) fn is_seeded(&self) -> bool {
        self.0.is_some()
    }

    /// A number from 0 to less than 1, for `Math.random`.
    pub(crate) fn number(&self) -> f64 {
        self.with(|streams| &streams.numbers, |generator| generator.random())
    }

    /// Fills `bytes`, for `crypto`.
    pub(crate) fn fill(&self, bytes: &mut [u8]) {
        self.with(|streams| &streams.bytes, |generator| generator.fill_bytes(bytes));
    }

    /// The random part of a multipart boundary.
    pub(crate) fn boundary(&self) -> String {
        self.with(
            |streams| &streams.boundaries,
            |generator| {
                let letters = (0..BOUNDARY).filter_map(|_| LETTERS.get(generator.random_range(0..LETTERS.len())));
                letters.map(|letter| char::from(*letter)).collect()
            },
        )
    }

    fn with<T>(
        &self,
        stream: impl FnOnce(&Streams) -> &RefCell<ChaCha8Rng>,
        draw: impl FnOnce(&mut Generator<'_>) -> T,
    ) -> T {
        match &self.0 {
            None => draw(&mut Generator::System(rand::rng())),
            Some(streams) => draw(&mut Generator::Seeded(&mut stream(streams).borrow_mut())),
        }
    }
}

/// A generator of either kind.
enum Generator<'s> {
    System(ThreadRng),
    Seeded(&'s mut ChaCha8Rng),
}

impl RngCore for Generator<'_> {
    fn next_u32(&mut self) -> u32 {
        match self {
            Self::System(generator) => generator.next_u32(),
            Self::Seeded(generator) => generator.next_u32(),
        }
    }

    fn next_u64(&mut self) -> u64 {
        match self {
            Self::System(generator) => generator.next_u64(),
            Self::Seeded(generator) => generator.next_u64(),
        }
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        match self {
            Self::System(generator) => generator.fill_bytes(bytes),
            Self::Seeded(generator) => generator.fill_bytes(bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    use apinb_record::determinism::Seed;

    use super::Chance;

    /// Recordings depend on these values: they must not change.
    #[test]
    fn a_seed_gives_the_same_values_for_ever() {
        let chance = Chance::new(Some(Seed(17)));
        let mut bytes = [0; 8];
        chance.fill(&mut bytes);
        let values = format!("{} {} {bytes:?} {}", chance.number(), chance.number(), chance.boundary());
        let again = Chance::new(Some(Seed(17)));
        assert_eq!(again.boundary(), chance_boundary(17), "the streams are independent");
        assert_eq!(values, EXPECTED);
    }

    const EXPECTED: &str = "0.7047513424829484 0.6490590423866527 [144, 227, 151, 36, 199, 207, 114, 126] 8sszlvnmirc7ud5ewfdwmync18sbqpyd";

    fn chance_boundary(seed: u64) -> String {
        Chance::new(Some(Seed(seed))).boundary()
    }

    #[test]
    fn without_a_seed_values_differ() {
        let (one, two) = (Chance::new(None), Chance::new(None));
        assert!(!one.is_seeded() && one.boundary() != two.boundary());
        assert_ne!(Chance::new(Some(Seed(1))).boundary(), Chance::new(Some(Seed(2))).boundary());
    }
}
