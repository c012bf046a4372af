//! Events become records: the state is where the code has paused.
//!
//! Run it: `cargo run --example events_to_records`

use std::collections::HashMap;

use twin_generators::{Body, Co, Generator, Step};

const EVENTS: &str = "
    <parcel> <to> Anna Berg </to> <grams> 300 </grams> </parcel>
    noise <parcel> <grams> 5000 </grams> <to> Boris </to> </parcel>
";

type Event = &'static str;
type Parcel = HashMap<&'static str, String>;

/// Takes words one by one; yields a parcel when it is complete.
fn records() -> Generator<impl Body<Option<Parcel>, Event>> {
    Generator::new(|mut co: Co<_, Event>| async move {
        let mut complete = None;
        loop {
            while co.yield_(complete.take()).await != "<parcel>" {}
            let mut parcel = Parcel::new();
            while let tag = co.yield_(None).await
                && tag != "</parcel>"
            {
                let field = tag.trim_matches(['<', '>']);
                let mut words = vec![];
                while let word = co.yield_(None).await
                    && word != format!("</{field}>")
                {
                    words.push(word);
                }
                parcel.insert(field, words.join(" "));
            }
            complete = Some(parcel);
        }
    })
}

fn main() {
    let mut parser = records();
    // Here Rust says `start`: there is no event to send yet.
    _ = parser.start().unwrap();
    for event in EVENTS.split_whitespace() {
        println!("scanner: {event}");
        let step = parser.send(event).unwrap();
        if let Step::Yielded(Some(parcel)) = step {
            let (grams, to) = (&parcel["grams"], &parcel["to"]);
            println!("  clerk: {grams} g to {to}");
        }
    }
}
