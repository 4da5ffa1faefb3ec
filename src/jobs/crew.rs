//! Work on all cores whose results come in the order of what went in, with no more held than is under way.

use std::num::NonZero;
use std::sync::mpsc::sync_channel;

use anyhow::{Result, anyhow};

/// How many may work at a time: what was asked for, else one for each core this process may use.
pub fn size(asked: Option<usize>) -> usize {
    asked.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, NonZero::get)).max(1)
}

/// Feeds what `feed` gives to `workers` threads in turn and hands their results to `take`, in order, on this thread.
///
/// # Errors
/// The first of `take` or of `feed`; what was fed before a failure of `feed` is taken all the same.
pub fn in_order<T: Send, R: Send>(
    workers: usize,
    mut feed: impl FnMut() -> Result<Option<T>> + Send,
    work: impl Fn(T) -> R + Sync,
    mut take: impl FnMut(R) -> Result<()>,
) -> Result<()> {
    std::thread::scope(|scope| {
        let (mut tasks, mut results) = (Vec::new(), Vec::new());
        for _ in 0..workers.max(1) {
            let (task, todo) = sync_channel::<T>(1);
            let (done, result) = sync_channel(1);
            let work = &work;
            scope.spawn(move || {
                // Nobody takes results any more after a failure.
                let _ = todo.into_iter().try_for_each(|task| done.send(work(task)));
            });
            tasks.push(task);
            results.push(result);
        }
        let feeder = scope.spawn(move || {
            for to in tasks.iter().cycle() {
                let Some(task) = feed()? else { break };
                if to.send(task).is_err() {
                    break;
                }
            }
            Ok(())
        });
        // In turn, as they were fed: the first whose turn brings nothing was fed nothing more.
        for from in results.iter().cycle() {
            let Ok(result) = from.recv() else { break };
            take(result)?;
        }
        drop(results);
        feeder.join().map_err(|_| anyhow!("a thread ended in a fault of the program"))?
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn results_come_in_order_from_any_number_of_workers() {
        for workers in [1, 2, 3, 8] {
            let (mut next, mut got) = (0_u64, Vec::new());
            let feed = || {
                next += 1;
                Ok((next <= 100).then_some(next))
            };
            let work = |n: u64| {
                std::thread::sleep(std::time::Duration::from_micros(n * 37 % 101));
                n * n
            };
            in_order(workers, feed, work, |n| {
                got.push(n);
                Ok(())
            })
            .unwrap();
            assert_eq!(got, (1..=100).map(|n| n * n).collect::<Vec<_>>(), "{workers} workers");
        }
    }

    #[test]
    fn a_failure_ends_it_and_what_was_fed_before_is_taken() {
        let (mut next, mut got) = (0, Vec::new());
        let feed = || {
            next += 1;
            if next > 5 { Err(anyhow!("the sixth")) } else { Ok(Some(next)) }
        };
        let ended = in_order(
            2,
            feed,
            |n| n,
            |n| {
                got.push(n);
                Ok(())
            },
        );
        assert_eq!((ended.unwrap_err().to_string().as_str(), got), ("the sixth", vec![1, 2, 3, 4, 5]));

        let mut taken = 0;
        let ended = in_order(
            2,
            || Ok(Some(1)),
            |n| n,
            |n| {
                taken += n;
                if taken == 3 { Err(anyhow!("enough")) } else { Ok(()) }
            },
        );
        assert_eq!(ended.unwrap_err().to_string(), "enough");
    }
}
