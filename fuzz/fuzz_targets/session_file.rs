//! Entries of a session store, which other programs may have written: a client takes one up or signs in, and writes one that it can read.

#![no_main]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::Response;
use libfuzzer_sys::fuzz_target;
use tableau_client::{
    Client, Lease, PersonalAccessToken, Secret, SessionKey, SessionStore, StoreFuture, Version,
};

/// A store with one entry, under whatever key.
#[derive(Debug, Clone)]
struct One(Arc<Mutex<Option<String>>>);

impl SessionStore for One {
    fn load<'a>(&'a self, key: &'a SessionKey) -> StoreFuture<'a, Option<Secret>> {
        let entry = self.0.lock().expect("no panic before").clone();
        // What names its key is for this key: the digest cannot be guessed.
        let entry = entry.map(|entry| Secret::from(entry.replace("KEY", key.as_str())));
        Box::pin(async move { Ok(entry) })
    }

    fn try_lease<'a>(&'a self, _: &'a SessionKey, _: Duration) -> StoreFuture<'a, Option<Box<dyn Lease>>> {
        let lease: Box<dyn Lease> = Box::new(self.clone());
        Box::pin(async move { Ok(Some(lease)) })
    }
}

impl Lease for One {
    fn save<'a>(&'a mut self, entry: &'a Secret, _: Duration) -> StoreFuture<'a, ()> {
        *self.0.lock().expect("no panic before") = Some(entry.expose().to_owned());
        Box::pin(async { Ok(()) })
    }

    fn remove(&mut self) -> StoreFuture<'_, ()> {
        *self.0.lock().expect("no panic before") = None;
        Box::pin(async { Ok(()) })
    }

    fn extend(&mut self, _: Duration) -> StoreFuture<'_, ()> {
        Box::pin(async { Ok(()) })
    }

    fn release(self: Box<Self>) -> StoreFuture<'static, ()> {
        Box::pin(async { Ok(()) })
    }
}

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let store = One(Arc::new(Mutex::new(Some(text.to_owned()))));
    fuzz::run(async {
        let builder = Client::builder("http://127.0.0.1").transport(fuzz::Same(Response::new(Bytes::new())));
        let builder = builder.api_version(Version::NEWEST).session_store(store.clone());
        let client = builder.build().expect("a client");
        let site = client.sign_in(PersonalAccessToken::new("name", "secret")).await;
        let site = site.expect("a bad entry does not keep a client from signing in");
        let session = site.session();
        let _ = (session.age(), format!("{session:?}"));
    });
});
