//! Makes the start-up snapshot of the JavaScript engine: the prelude, evaluated once, here.

use std::path::PathBuf;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    std::fs::write(out.join("snapshot.bin"), apinb_engine::snapshot(env!("CARGO_MANIFEST_DIR"))?)?;
    // What the engine is built from makes cargo run this script again by itself.
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=js/prelude");
    Ok(())
}
