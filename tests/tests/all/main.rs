//! The cross-crate tests, in one program.

mod addressing;
mod bad_days;
mod catalog;
mod challenges;
mod clouds;
mod connections;
mod delete_methods_properties;
mod differential;
mod doors;
mod effective_policy;
mod effects_doc;
mod field_report;
mod fixtures;
mod floors;
mod guards;
mod honesty;
mod loopback;
mod operations_doc;
mod pictures;
mod policy_oracle;
mod pool;
mod receipts;
mod recorded;
mod scenarios;
mod sign_in_properties;
mod tls;
