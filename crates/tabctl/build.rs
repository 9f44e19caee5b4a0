//! How the program is linked.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let target = |name: &str| std::env::var(name).unwrap_or_default();
    if target("CARGO_CFG_TARGET_OS") == "linux" && target("CARGO_CFG_TARGET_ENV") == "gnu" {
        // At an address that is always the same. The descriptions of all calls are hundreds of thousands of addresses; in a program that may be anywhere each
        // has 24 bytes of its own in the file, and is put right at every start, which takes longer than all else that `--version` does. What is given
        // up is the random place of this program's own code: libraries, stack and heap keep theirs.
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}
