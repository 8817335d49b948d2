//! `close IN.nt [OUT.nt]`: prints `{"load": s, "reason": s, "triples": n}`.

use std::time::Instant;

use purrdf_entail::{Materialization, materialize};
use purrdf_rdf::parse_dataset;

fn main() {
    let paths: Vec<String> = std::env::args().skip(1).collect();
    let start = Instant::now();
    let bytes = std::fs::read(&paths[0]).expect("the input is readable");
    let dataset = parse_dataset(&bytes, "application/n-triples", None).expect("the input parses");
    let load = start.elapsed().as_secs_f64();
    let start = Instant::now();
    match materialize(&dataset, Materialization::OwlRl) {
        Ok((closure, _report)) => {
            let reason = start.elapsed().as_secs_f64();
            println!(
                "{{\"load\": {load:.3}, \"reason\": {reason:.3}, \"triples\": {}}}",
                closure.quad_count()
            );
        }
        Err(error) => {
            eprintln!("purrdf: {error}");
            std::process::exit(1);
        }
    }
}
