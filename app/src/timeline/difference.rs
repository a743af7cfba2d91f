//! What changed between two texts, word by word, to be read as one text.

/// A piece of the two texts.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Piece {
    /// Stands in both.
    Same(String),
    /// Stood in the older one only.
    Gone(String),
    /// Stands in the newer one only.
    Came(String),
}

/// Beyond so many pairs of words the middle is shown as replaced whole: nobody reads a
/// difference of that size, and comparing takes the square of the length.
const MOST_PAIRS: usize = 1_000_000;

/// The pieces in the order in which they are read.
pub fn pieces(before: &str, after: &str) -> Vec<Piece> {
    let (before, after) = (words(before), words(after));
    let same = |pair: &(&&str, &&str)| pair.0 == pair.1;
    let head = before.iter().zip(&after).take_while(same).count();
    let room = before.len().min(after.len()) - head;
    let tail = before.iter().rev().zip(after.iter().rev()).take(room).take_while(same).count();
    let mut found = Found::default();
    before[..head].iter().for_each(|word| found.push(Piece::Same((*word).to_owned())));
    middle(&before[head..before.len() - tail], &after[head..after.len() - tail], &mut found);
    before[before.len() - tail..].iter().for_each(|word| found.push(Piece::Same((*word).to_owned())));
    found.0
}

/// Each word with the space after it.
fn words(text: &str) -> Vec<&str> {
    text.split_inclusive(char::is_whitespace).collect()
}

/// The longest common run of words, by the table that everybody knows.
fn middle(before: &[&str], after: &[&str], found: &mut Found) {
    if before.len().saturating_mul(after.len()) > MOST_PAIRS {
        before.iter().for_each(|word| found.push(Piece::Gone((*word).to_owned())));
        after.iter().for_each(|word| found.push(Piece::Came((*word).to_owned())));
        return;
    }
    let width = after.len() + 1;
    let mut common = vec![0_u32; (before.len() + 1) * width];
    for (row, old) in before.iter().enumerate().rev() {
        for (column, new) in after.iter().enumerate().rev() {
            common[row * width + column] = if old == new {
                common[(row + 1) * width + column + 1] + 1
            } else {
                common[(row + 1) * width + column].max(common[row * width + column + 1])
            };
        }
    }
    let (mut row, mut column) = (0, 0);
    while row < before.len() && column < after.len() {
        if before[row] == after[column] {
            found.push(Piece::Same(before[row].to_owned()));
            row += 1;
            column += 1;
        } else if common[(row + 1) * width + column] >= common[row * width + column + 1] {
            found.push(Piece::Gone(before[row].to_owned()));
            row += 1;
        } else {
            found.push(Piece::Came(after[column].to_owned()));
            column += 1;
        }
    }
    before[row..].iter().for_each(|word| found.push(Piece::Gone((*word).to_owned())));
    after[column..].iter().for_each(|word| found.push(Piece::Came((*word).to_owned())));
}

/// Pieces, neighbours of one kind joined.
#[derive(Default)]
struct Found(Vec<Piece>);

impl Found {
    fn push(&mut self, piece: Piece) {
        match (self.0.last_mut(), piece) {
            (Some(Piece::Same(last)), Piece::Same(word))
            | (Some(Piece::Gone(last)), Piece::Gone(word))
            | (Some(Piece::Came(last)), Piece::Came(word)) => last.push_str(&word),
            (_, piece) => self.0.push(piece),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Piece::{Came, Gone, Same};

    #[test]
    fn a_changed_word_stands_between_what_stayed() {
        assert_eq!(
            pieces("The queue is at 41,000 now.", "The queue is at 14,000 now."),
            [Same("The queue is at ".into()), Gone("41,000 ".into()), Came("14,000 ".into()), Same("now.".into())]
        );
    }

    #[test]
    fn nothing_changed_everything_came_everything_went() {
        assert_eq!(pieces("a b", "a b"), [Same("a b".into())]);
        assert_eq!(pieces("", "a b"), [Came("a b".into())]);
        assert_eq!(pieces("a b", ""), [Gone("a b".into())]);
        assert!(pieces("", "").is_empty());
    }

    #[test]
    fn each_side_reads_as_it_was_written() {
        let cases = [
            ("a a b", "a b b"),
            ("one two three", "three two one"),
            ("再起動 した\nあと", "再起動\nあと した"),
            ("x y", "x y z"),
            ("z x y", "x y"),
        ];
        for (before, after) in cases {
            let pieces = pieces(before, after);
            let side = |is_old: bool| {
                pieces
                    .iter()
                    .filter_map(|piece| match piece {
                        Same(text) => Some(text.as_str()),
                        Gone(text) => is_old.then_some(text.as_str()),
                        Came(text) => (!is_old).then_some(text.as_str()),
                    })
                    .collect::<String>()
            };
            assert_eq!((side(true), side(false)), (before.to_owned(), after.to_owned()));
        }
    }

    #[test]
    fn two_long_texts_are_not_compared_for_ever() {
        let before = "a ".repeat(10_000);
        let after = "b ".repeat(10_000);
        assert_eq!(pieces(&before, &after), [Gone(before), Came(after)]);
    }
}
