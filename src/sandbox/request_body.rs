//! Purpose: reads a request's fields from JSON or a multipart form.
//!
//! Invariant: after reading, a form's values have the JSON types of the field list, so both kinds are checked alike.

use axum::extract::{FromRequest, Multipart, Request};
use axum::http::header::CONTENT_TYPE;
use bytes::Bytes;
use serde_json::{Map, Value};

use super::fields::Method;
use super::methods::{Call, Upload};

/// Bytes of a request: a 50 MB upload and its form.
pub(super) const BODY_MAX: usize = 52 << 20;

/// The whole body of a request.
///
/// # Errors
/// When it is too large or breaks off.
pub(super) async fn read_bytes(request: Request) -> Result<Bytes, String> {
    Bytes::from_request(request, &()).await.map_err(|problem| problem.to_string())
}

/// The fields of a request to `method`; an empty body has none.
///
/// # Errors
/// What is wrong with the body.
pub(super) async fn read(request: Request, method: &Method) -> Result<Call, String> {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.starts_with("multipart/form-data") {
        return read_form(request, method).await;
    }
    let is_json = kind.starts_with("application/json");
    let body = read_bytes(request).await?;
    if body.is_empty() {
        return Ok(Call::default());
    }
    if !is_json {
        return Err("the sandbox reads application/json and multipart/form-data".to_owned());
    }
    match serde_json::from_slice(&body) {
        Ok(Value::Object(fields)) => Ok(Call { fields, ..Call::default() }),
        Ok(Value::Null) => Ok(Call::default()),
        Ok(_) => Err("the request's JSON must be an object".to_owned()),
        Err(problem) => Err(format!("can't parse the request's JSON: {problem}")),
    }
}

async fn read_form(request: Request, method: &Method) -> Result<Call, String> {
    let mut form = Multipart::from_request(request, &()).await.map_err(|problem| problem.to_string())?;
    let mut call = Call { fields: Map::new(), files: std::collections::HashMap::new() };
    while let Some(part) = form.next_field().await.map_err(|problem| problem.to_string())? {
        let Some(name) = part.name().map(str::to_owned) else { continue };
        let file_name = part.file_name().map(str::to_owned);
        let mime = part.content_type().map(str::to_owned);
        let bytes = part.bytes().await.map_err(|problem| problem.to_string())?;
        if file_name.is_some() {
            // A file under a field's own name is that field; under any other name it is attached.
            if method.has_field(&name) {
                call.fields.insert(name.clone(), Value::String(format!("attach://{name}")));
            }
            call.files.insert(name, Upload { name: file_name, mime, bytes });
            continue;
        }
        let text = String::from_utf8(bytes.to_vec()).map_err(|_| format!("field {name} is not UTF-8"))?;
        let value = if method.is_text(&name) {
            Value::String(text)
        } else {
            serde_json::from_str(&text).unwrap_or(Value::String(text))
        };
        call.fields.insert(name, value);
    }
    Ok(call)
}
