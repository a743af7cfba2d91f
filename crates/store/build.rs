//! The migrations are part of this crate: a new file there is a reason to build again.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
