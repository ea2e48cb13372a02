//! Every integration test, as one program: linking forty of them took longer than running them.

mod support;

mod audience;
mod changes;
mod data;
mod diff;
#[cfg(all(feature = "publish", feature = "serve"))]
mod doctor;
mod events;
mod feeds;
mod files;
mod fix;
mod formats;
mod forms;
mod full_disk;
mod histories;
mod hostile;
mod house;
mod identity;
mod import;
mod init;
mod killed;
mod languages;
mod limits;
mod lock;
mod marks;
mod noninterference;
#[cfg(feature = "notify")]
mod notify;
#[cfg(feature = "serve")]
mod own_feeds;
mod packaging;
mod pages;
mod plain;
mod press;
mod properties;
mod publish;
mod read_back;
mod readme;
mod redaction;
mod refused;
// The release workflow packs on Linux alone.
#[cfg(target_os = "linux")]
mod released;
mod replay;
mod requests;
mod rules;
mod schema;
mod serve;
mod serve_killed;
mod set;
mod shipped;
mod show;
mod streams;
mod token;
mod told;
mod warned;
mod zones;
