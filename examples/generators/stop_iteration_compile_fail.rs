//! What Rust refuses: to take the end of another for an item.
//!
//! See it refused: `cargo twins check stop_iteration`

#![feature(gen_blocks)]

gen fn shelf() -> &'static str {
    for shoe in ["left", "right", "left"] {
        yield shoe;
    }
}

gen fn pairs(
    mut shoes: impl Iterator<Item = &'static str>,
) -> (&'static str, &'static str) {
    loop {
        yield (shoes.next(), shoes.next());
    }
}

fn main() {
    for (shoe, other) in pairs(shelf()) {
        println!("seller: a {shoe} and a {other} one");
    }
}
