//! Plans of faults: what was read is the same when it is written and read again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tableau_sandbox::FaultPlan;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    if let Ok(plan) = text.parse::<FaultPlan>() {
        let written = serde_json::to_string(&plan).expect("a plan");
        assert_eq!(written.parse::<FaultPlan>().ok(), Some(plan), "{written}");
    }
});
