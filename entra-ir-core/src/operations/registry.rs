//! One type for all operations, so that they can be stored, planned, and run by name.

use secrecy::SecretString;
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::error::{Refusal, Result};
use crate::operation::Operation;

/// The key that names the operation in JSON.
pub(super) const TAG: &str = "operation";

/// The key of the output in its stored form.
pub(super) const OUTPUT: &str = "output";

/// Declares the registry: one line for each operation, with its id, which is the name of its
/// [`Client`](crate::Client) method.
macro_rules! registry {
    ($($id:literal $operation:ident -> $output:ty, $spec:path;)+) => {
        /// Lists the specs of all operations, in the order of `docs/operations.md`.
        pub static CATALOG: &[&$crate::spec::OperationSpec] = &[$(&$spec),+];

        /// Holds any operation of this library, with its options: to store it, to plan it, to send it to
        /// another process.
        ///
        /// In JSON it is an object with the key `operation`, which is the name of the
        /// [`Client`](crate::Client) method, and the operation's own fields; options that are missing have
        /// their default. An unknown operation or field is an error. **It contains no secret**: in its place
        /// is the name of a [`SecretSlot`](crate::operations::SecretSlot), which is filled before the
        /// operation runs.
        ///
        /// ```
        /// # #[tokio::main(flavor = "current_thread")]
        /// # async fn main() -> Result<(), entra_ir_core::Error> {
        /// use entra_ir_core::SimulatedTenant;
        /// use entra_ir_core::operations::AnyOperation;
        ///
        /// let stored = r#"{"operation": "block_sign_in", "user": "adele@contoso.example"}"#;
        /// let operation = AnyOperation::from_json(stored)?;
        /// assert_eq!(operation.spec().id, "block_sign_in");
        /// let output = SimulatedTenant::contoso().client()?.run(operation).await?;
        /// assert!(output.receipt().is_some_and(|receipt| receipt.is_success()));
        ///
        /// let misspelt = r#"{"operation": "block_sign_in", "usr": "adele@contoso.example"}"#;
        /// assert!(AnyOperation::from_json(misspelt).unwrap_err().to_string().contains("usr"));
        /// # Ok(())
        /// # }
        /// ```
        #[derive(Clone, Debug)]
        #[non_exhaustive]
        pub enum AnyOperation {
            $(#[doc = concat!("`", $id, "`.")] $operation($operation),)+
        }

        /// Holds the output of any operation.
        #[derive(Clone, Debug, serde::Serialize)]
        #[serde(untagged)]
        #[non_exhaustive]
        pub enum AnyOutput {
            $(#[doc = concat!("What `", $id, "` returns.")] $operation(Box<$output>),)+
        }

        /// Returns the JSON Schema of every operation and of its result, in the order of [`CATALOG`].
        ///
        /// Each document holds its definitions. The input is what [`AnyOperation::from_json`] reads, the
        /// output what the result writes.
        ///
        /// ```
        /// use entra_ir_core::operations::schemas;
        ///
        /// let block = schemas().into_iter().find(|schemas| schemas.spec.id == "block_sign_in").unwrap();
        /// assert_eq!(block.input["required"], serde_json::json!(["operation", "user"]));
        /// assert_eq!(block.output["properties"]["grade"]["$ref"], "#/$defs/Grade");
        /// ```
        #[cfg(feature = "schema")]
        pub fn schemas() -> Vec<$crate::operations::Schemas> {
            vec![$($crate::operations::Schemas::of::<$operation, $output>(&$spec, $crate::operations::registry::TAG)),+]
        }

        impl AnyOutput {
            fn read(
                id: &str,
                output: serde_json::Value,
            ) -> std::result::Result<Self, $crate::error::Refusal> {
                use $crate::operations::registry::{OUTPUT, TAG, fields, refuse};
                match id {
                    $($id => fields(OUTPUT, output).map(Self::$operation),)+
                    _ => Err(refuse(TAG, format!("there is no operation {id:?}"))),
                }
            }

            /// Returns the name of the operation whose output it is.
            pub const fn operation(&self) -> &'static str {
                match self {
                    $(Self::$operation(_) => $id,)+
                }
            }

            /// Returns the receipt of a write; `None` for a read.
            pub fn receipt(&self) -> Option<&Receipt> {
                match self {
                    $(Self::$operation(output) => $crate::operation::Output::receipt(&**output),)+
                }
            }

            /// Returns the secret that the operation created, such as a password; `None` if there is none. It
            /// is not in the JSON.
            pub fn secret(&self) -> Option<&secrecy::SecretString> {
                match self {
                    $(Self::$operation(output) => $crate::operation::Output::secret(&**output),)+
                }
            }
        }

        impl AnyOperation {
            /// Returns what the operation is.
            pub fn spec(&self) -> &'static $crate::spec::OperationSpec {
                match self {
                    $(Self::$operation(operation) => $crate::operation::Operation::spec(operation),)+
                }
            }

            fn read(id: &str, given: serde_json::Value) -> std::result::Result<Self, $crate::error::Refusal> {
                use $crate::operations::registry::{TAG, fields, refuse};
                match id {
                    $($id => fields(TAG, given).map(Self::$operation),)+
                    _ => {
                        let known = [$($id),+].join(", ");
                        Err(refuse(TAG, format!("there is no operation {id:?}; there are {known}")))
                    }
                }
            }

            fn write(&self) -> (&'static str, serde_json::Result<serde_json::Value>) {
                match self {
                    $(Self::$operation(operation) => ($id, serde_json::to_value(operation)),)+
                }
            }
        }

        impl $crate::operation::Operation for AnyOperation {
            type Output = AnyOutput;

            fn spec(&self) -> &'static $crate::spec::OperationSpec {
                Self::spec(self)
            }

            fn slots(&mut self) -> Vec<&mut $crate::operation::SecretSlot> {
                match self {
                    $(Self::$operation(operation) => $crate::operation::Operation::slots(operation),)+
                }
            }

            async fn run(self, context: &$crate::operation::Context) -> $crate::error::Result<AnyOutput> {
                Ok(match self {
                    $(Self::$operation(operation) => {
                        let run = Box::pin($crate::operation::Operation::run(operation, context));
                        AnyOutput::$operation(Box::new(run.await?))
                    })+
                })
            }
        }

        $(impl From<$operation> for AnyOperation {
            fn from(operation: $operation) -> Self {
                Self::$operation(operation)
            }
        })+
    };
}
pub(super) use registry;

/// Reads the fields of an operation or an output; an error names its path.
pub(super) fn fields<T: DeserializeOwned>(whole: &str, fields: Value) -> Result<T, Refusal> {
    serde_path_to_error::deserialize(fields).map_err(|error| {
        let path = error.path().to_string();
        let path = if path == "." { whole } else { &path };
        refuse(path, error.inner().to_string())
    })
}

/// Refuses a field, or the whole.
pub(super) fn refuse(path: &str, reason: String) -> Refusal {
    Refusal::BadField { path: path.to_owned(), reason }
}

impl super::AnyOperation {
    /// Reads an operation from JSON.
    ///
    /// # Errors
    /// [`Error::Refused`](crate::Error::Refused) for text that is not a JSON object, an operation that does
    /// not exist, or a field that is missing, unknown or invalid: with its path.
    pub fn from_json(json: &str) -> Result<Self> {
        let map = serde_json::from_str(json).map_err(|error| refuse(TAG, error.to_string()));
        Ok(map.and_then(Self::of_map)?)
    }

    /// Writes the operation as JSON, without secrets.
    ///
    /// # Errors
    /// None in practice: every operation can be written.
    pub fn to_json(&self) -> Result<String> {
        let written = serde_json::to_string(self);
        written.map_err(|error| refuse(TAG, error.to_string()).into())
    }

    /// Returns the names of the missing secrets.
    pub fn empty_slots(&self) -> Vec<String> {
        let mut operation = self.clone();
        let empty = operation.slots().into_iter().filter(|slot| slot.is_empty());
        empty.map(|slot| slot.name().to_owned()).collect()
    }

    /// Sets a secret; returns whether the operation has a slot of this name.
    pub fn fill(&mut self, name: &str, secret: SecretString) -> bool {
        let slot = self.slots().into_iter().find(|slot| slot.name() == name);
        slot.map(|slot| slot.fill(secret)).is_some()
    }

    fn of_map(mut map: Map<String, Value>) -> Result<Self, Refusal> {
        match map.remove(TAG) {
            Some(Value::String(id)) => Self::read(&id, Value::Object(map)),
            Some(_) => Err(refuse(TAG, "it is not a text".to_owned())),
            None => Err(refuse(TAG, format!("the key {TAG:?}, which names the operation, is missing"))),
        }
    }
}

/// The format of a stored output that this version writes, and the newest that it reads.
const FORMAT: u64 = 1;

impl super::AnyOutput {
    /// Writes the output as JSON, to be read by [`from_json`](Self::from_json): `{"format": 1, "operation":
    /// "...", "output": ...}`. Secrets are omitted.
    ///
    /// # Errors
    /// None in practice: every output can be written.
    pub fn to_json(&self) -> Result<String> {
        let written = serde_json::to_value(self).map(|output| {
            serde_json::json!({ "format": FORMAT, TAG: self.operation(), OUTPUT: output }).to_string()
        });
        written.map_err(|error| refuse(OUTPUT, error.to_string()).into())
    }

    /// Reads an output that [`to_json`](Self::to_json) wrote. Fields and words of another version do no harm;
    /// a password or a pass is not stored.
    ///
    /// # Errors
    /// [`Error::Refused`](crate::Error::Refused) for text that is truncated, of a newer format, of an
    /// operation that this version does not have, or incomplete: with its path.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), entra_ir_core::Error> {
    /// use entra_ir_core::SimulatedTenant;
    /// use entra_ir_core::operations::{AnyOperation, AnyOutput};
    ///
    /// let operation = AnyOperation::from_json(r#"{"operation": "block_sign_in", "user": "adele@contoso.example"}"#)?;
    /// let stored = SimulatedTenant::contoso().client()?.run(operation).await?.to_json()?;
    /// assert!(AnyOutput::from_json(&stored)?.receipt().is_some_and(|receipt| receipt.is_success()));
    /// # Ok(())
    /// # }
    /// ```
    pub fn from_json(json: &str) -> Result<Self> {
        #[derive(Deserialize)]
        struct Stored {
            format: u64,
            operation: String,
            output: Value,
        }
        let stored: Stored = serde_json::from_str(json).map_err(|error| refuse(OUTPUT, error.to_string()))?;
        if stored.format > FORMAT {
            let newer =
                format!("format {} is of a newer version; this one reads up to {FORMAT}", stored.format);
            return Err(refuse("format", newer).into());
        }
        Ok(Self::read(&stored.operation, stored.output)?)
    }
}

/// Two operations are equal if they are written alike: the secrets that were filled in are not compared.
impl PartialEq for super::AnyOperation {
    fn eq(&self, other: &Self) -> bool {
        self.write().1.ok() == other.write().1.ok() && self.spec().id == other.spec().id
    }
}

impl Eq for super::AnyOperation {}

impl Serialize for super::AnyOperation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::Error as _;
        let (id, fields) = self.write();
        let Value::Object(fields) = fields.map_err(S::Error::custom)? else {
            return Err(S::Error::custom("an operation is an object"));
        };
        let tag = std::iter::once((TAG.to_owned(), Value::from(id)));
        serializer.collect_map(tag.chain(fields))
    }
}

impl<'de> Deserialize<'de> for super::AnyOperation {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::of_map(Map::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}
