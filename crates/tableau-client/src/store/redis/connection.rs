//! One connection, opened at its first use and reopened when it is lost.

use std::sync::Arc;
use std::time::Duration;

use redis::aio::{AsyncStream, MultiplexedConnection};
use redis::{AsyncConnectionConfig, Cmd, ErrorKind, FromRedisValue, RedisConnectionInfo, RedisError};
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::address::Address;
use crate::store::StoreError;

/// How long an answer may take, the connection included: after that, signing in is better than waiting.
const PATIENCE: Duration = Duration::from_millis(2500);

/// A server, and the connection to it.
pub(super) struct Server {
    pub(super) address: Address,
    /// How connections are encrypted, if they are.
    pub(super) tls: Option<Arc<ClientConfig>>,
    connection: Mutex<Option<MultiplexedConnection>>,
}

impl Server {
    pub(super) fn new(address: Address, tls: Option<Arc<ClientConfig>>) -> Self {
        Self {
            address,
            tls,
            connection: Mutex::new(None),
        }
    }

    /// Sends an idempotent command.
    pub(super) async fn ask<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, StoreError> {
        let asked = timeout(PATIENCE, self.ask_twice(command)).await;
        if asked.is_err() {
            // A command still under way on it would delay the next one.
            if let Ok(mut connection) = self.connection.try_lock() {
                *connection = None;
            }
        }
        let late = || self.unavailable(&format!("no answer within {} s", PATIENCE.as_secs_f32()));
        asked.unwrap_or_else(|_| Err(late()))
    }

    /// A connection that was made earlier may have been closed since: by a restart of the server, a proxy, a runtime that is no more.
    async fn ask_twice<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, StoreError> {
        let (mut connection, is_new) = self.connection().await?;
        match command.query_async(&mut connection).await {
            Err(error) if error.is_unrecoverable_error() && !is_new => {
                *self.connection.lock().await = None;
                let (mut connection, _) = self.connection().await?;
                let asked = command.query_async(&mut connection).await;
                asked.map_err(|error| self.failed(&error))
            }
            Err(error) => {
                if error.is_unrecoverable_error() {
                    *self.connection.lock().await = None;
                }
                Err(self.failed(&error))
            }
            Ok(answer) => Ok(answer),
        }
    }

    /// The connection, and whether it was opened just now.
    async fn connection(&self) -> Result<(MultiplexedConnection, bool), StoreError> {
        let mut connection = self.connection.lock().await;
        if let Some(connection) = connection.as_ref() {
            return Ok((connection.clone(), false));
        }
        let made = self.connect().await?;
        *connection = Some(made.clone());
        Ok((made, true))
    }

    async fn connect(&self) -> Result<MultiplexedConnection, StoreError> {
        let failed = |error: std::io::Error| self.unavailable(&error.to_string());
        let Address { host, port, .. } = &self.address;
        let stream = TcpStream::connect((host.as_str(), *port)).await.map_err(failed)?;
        stream.set_nodelay(true).map_err(failed)?;
        let Some(tls) = &self.tls else {
            return self.log_in(stream).await;
        };
        let name = ServerName::try_from(host.clone())
            .map_err(|_| self.unavailable("its name is none that a certificate can have"))?;
        let connector = TlsConnector::from(Arc::clone(tls));
        let stream = connector.connect(name, stream).await.map_err(failed)?;
        self.log_in(stream).await
    }

    async fn log_in(
        &self,
        stream: impl AsyncStream + Send + Unpin + 'static,
    ) -> Result<MultiplexedConnection, StoreError> {
        let mut who = RedisConnectionInfo::default()
            .set_db(self.address.database)
            // Without CLIENT SETINFO, which the user would have to be allowed, too.
            .set_skip_set_lib_name();
        if let Some(user) = &self.address.user {
            who = who.set_username(user);
        }
        if let Some(password) = &self.address.password {
            who = who.set_password(password.expose());
        }
        // `ask` counts the time.
        let config = AsyncConnectionConfig::new().set_response_timeout(None);
        let (connection, driver) = MultiplexedConnection::new_with_config(&who, stream, config)
            .await
            .map_err(|error| self.failed(&error))?;
        tokio::spawn(driver);
        Ok(connection)
    }

    /// Of a server's error only the code is repeated: some errors quote the command, secrets included.
    fn failed(&self, error: &RedisError) -> StoreError {
        match (error.code(), error.kind()) {
            (Some("NOAUTH"), _) => self.unavailable("it wants a user and a password"),
            (Some("NOPERM"), _) => self.unavailable(
                "its user may not do this: allow GET, SET, DEL, INCR, PEXPIRE and EVAL on tableau-client:*",
            ),
            (_, ErrorKind::AuthenticationFailed) => {
                self.unavailable("it does not accept the user and the password")
            }
            (Some(code), _) => self.unavailable(code),
            (None, _) if error.is_io_error() => self.unavailable(&error.to_string()),
            (None, kind) => self.unavailable(&format!("{kind:?}")),
        }
    }

    fn unavailable(&self, reason: &str) -> StoreError {
        StoreError::Unavailable(format!("{}: {reason}", self.address))
    }
}
