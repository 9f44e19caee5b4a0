//! Every store meets the contract.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use stores::contract::{self, Store};
use stores::{RedisServer, for_each_case};
use tableau_client::{FileStore, MemoryStore, RedisStore};

macro_rules! tests {
    ($module:ident, $check:ident: $($case:ident)*) => {
        mod $module {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                super::$check(super::contract::$case).await;
            })*
        }
    };
}

for_each_case!(tests, memory, in_memory:);
for_each_case!(tests, file, in_files:);
for_each_case!(tests, encrypted_file, in_encrypted_files:);
for_each_case!(tests, redis, in_redis:);

async fn in_memory(case: impl AsyncFnOnce([Store; 2])) {
    let store = MemoryStore::new();
    case([Arc::new(store.clone()), Arc::new(store)]).await;
}

async fn in_files(case: impl AsyncFnOnce([Store; 2])) {
    let directory = tempfile::tempdir().unwrap();
    let store = || FileStore::at(directory.path().join("sessions")).unwrap();
    case([Arc::new(store()), Arc::new(store())]).await;
}

async fn in_encrypted_files(case: impl AsyncFnOnce([Store; 2])) {
    let directory = tempfile::tempdir().unwrap();
    let store = || FileStore::at(directory.path().join("sessions")).unwrap();
    let store = || store().encrypted_with(&[7; 32]);
    case([Arc::new(store()), Arc::new(store())]).await;
}

async fn in_redis(case: impl AsyncFnOnce([Store; 2])) {
    let Some(server) = RedisServer::start() else {
        return;
    };
    let store = || RedisStore::new(server.url()).unwrap();
    case([Arc::new(store()), Arc::new(store())]).await;
}
