//! The answer to a query: its data, and what was wrong with it.

use serde::de::DeserializeOwned;
use serde_json::Value;
use tableau_wire::rest::metadata::{GraphqlError, GraphqlReply, GraphqlRequest, Query};
use tableau_wire::{ApiError, Json};

use super::Asked;
use crate::core::{Outcome, Tries};
use crate::error::{Error, ErrorKind};
use crate::mode::Async;
use crate::site::Site;

/// The code of an answer that asks for fewer queries.
const RATE: &str = "RATE_EXCEEDED";

/// The answer to a query of the Metadata API.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct MetadataAnswer<T> {
    /// What was asked for.
    pub data: T,
    /// What was wrong with it: if there is anything, the data may not be all there is.
    pub errors: Vec<GraphqlError>,
}

/// An answer that was not read yet.
#[derive(Debug)]
pub(super) struct Answered {
    pub(super) data: Value,
    pub(super) errors: Vec<GraphqlError>,
}

impl Answered {
    /// The codes that say that the answer is cut off, and would not be if less were asked for.
    pub(super) fn is_cut_off(&self) -> bool {
        const CUT_OFF: [&str; 2] = ["NODE_LIMIT_EXCEEDED", "TIME_LIMIT_EXCEEDED"];
        let codes = self.errors.iter().filter_map(GraphqlError::code);
        codes.into_iter().any(|code| CUT_OFF.contains(&code))
    }

    pub(super) fn typed<T: DeserializeOwned>(self) -> Result<MetadataAnswer<T>, Error> {
        let Self { data, errors } = self;
        let data = typed(data, &errors)?;
        Ok(MetadataAnswer { data, errors })
    }
}

/// Reads data as a type.
pub(super) fn typed<T: DeserializeOwned>(data: Value, errors: &[GraphqlError]) -> Result<T, Error> {
    T::deserialize(data).map_err(|error| {
        let message = format!("the data of the answer is not of the expected type: {error}");
        let error = Error::new(ErrorKind::Decode, message).caused_by(error);
        match errors.first() {
            Some(first) => error.with_hint(format!(
                "The answer is not complete ({}); what is missing is null.",
                first.code().unwrap_or(&first.message)
            )),
            None => error,
        }
    })
}

/// Asks a query, and again where the rate of queries is exceeded, as often as any call that is put off.
pub(super) async fn ask(site: &Site<Async>, asked: &Asked) -> Result<Answered, Error> {
    let mut tries = Tries::of(&site.core().bounds, true, None);
    loop {
        let mut request = GraphqlRequest::new(asked.query.clone());
        if !asked.variables.is_empty() {
            request.variables = Some(Json(Value::Object(asked.variables.clone())));
        }
        let GraphqlReply { data, errors, .. } = site.send(Query::new(request)).await?;
        let errors = errors.unwrap_or_default();
        if errors.iter().any(|error| error.code() == Some(RATE)) {
            let Some(pause) = tries.next(Outcome::Refused(None)) else {
                return Err(refused(&errors, ErrorKind::TooManyRequests));
            };
            tokio::time::sleep(pause).await;
            continue;
        }
        return match data {
            Some(Json(data)) if !data.is_null() => Ok(Answered { data, errors }),
            _ => Err(refused(&errors, ErrorKind::BadRequest)),
        };
    }
}

/// The error of an answer without data.
pub(super) fn refused(errors: &[GraphqlError], kind: ErrorKind) -> Error {
    let Some(first) = errors.first() else {
        return Error::new(
            ErrorKind::Decode,
            "the answer to the query has neither data nor errors".to_owned(),
        );
    };
    let code = first.code().unwrap_or_default();
    let message = match code {
        "" => first.message.clone(),
        code => format!("{code}: {}", first.message),
    };
    let api = ApiError::new(code, "Metadata API", first.message.as_str());
    Error::new(kind, message).with_api(api)
}
