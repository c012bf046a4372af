//! The same by hand: the state is an `enum`, and has a name.
//!
//! Run it: `cargo run --example events_to_records_by_hand`

use std::collections::HashMap;
use std::mem::replace;

const EVENTS: &str = "
    <parcel> <to> Anna Berg </to> <grams> 300 </grams> </parcel>
    noise <parcel> <grams> 5000 </grams> <to> Boris </to> </parcel>
";

type Event = &'static str;
type Parcel = HashMap<&'static str, String>;

/// Where in the words the parser stands, and what it has there.
enum Records {
    Outside,
    InParcel(Parcel),
    InField(Parcel, Event, Vec<Event>),
}

fn records() -> Records {
    Records::Outside
}

impl Records {
    /// Takes a word; gives a parcel when it is complete.
    fn send(&mut self, word: Event) -> Option<Parcel> {
        use Records::{InField, InParcel, Outside};
        *self = match (replace(self, Outside), word) {
            (Outside, "<parcel>") => InParcel(Parcel::new()),
            (Outside, _) => Outside,
            (InParcel(parcel), "</parcel>") => return Some(parcel),
            (InParcel(parcel), tag) => {
                let field = tag.trim_matches(['<', '>']);
                InField(parcel, field, vec![])
            }
            (InField(mut parcel, field, words), word)
                if word == format!("</{field}>") =>
            {
                parcel.insert(field, words.join(" "));
                InParcel(parcel)
            }
            (InField(parcel, field, mut words), word) => {
                words.push(word);
                InField(parcel, field, words)
            }
        };
        None
    }
}

fn main() {
    let mut parser = records();
    for event in EVENTS.split_whitespace() {
        println!("scanner: {event}");
        if let Some(parcel) = parser.send(event) {
            let (grams, to) = (&parcel["grams"], &parcel["to"]);
            println!("  clerk: {grams} g to {to}");
        }
    }
}
