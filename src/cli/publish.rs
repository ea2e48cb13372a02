//! The arguments of `summitcal publish`.

use std::path::PathBuf;

use chrono::TimeDelta;
use clap::Args;

use crate::programme::Audience;
use crate::publish::store::Place;

/// What to publish, and where.
#[derive(Debug, Args)]
// Flags are what a command line is made of.
#[allow(clippy::struct_excessive_bools)]
pub(crate) struct Publish {
    /// Where to: `s3://BUCKET/PATH`, `gs://BUCKET/PATH`, `az://CONTAINER/PATH` or `file:///PATH`.
    ///
    /// Credentials come from the environment: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_REGION` and, for other stores
    /// that speak S3, `AWS_ENDPOINT`; `GOOGLE_APPLICATION_CREDENTIALS`; `AZURE_STORAGE_ACCOUNT_NAME` and
    /// `AZURE_STORAGE_ACCOUNT_KEY`; or from the machine that this runs on.
    #[arg(value_name = "URL", value_parser = Place::parse)]
    pub(crate) place: Place,
    /// Whose tree.
    #[arg(long, value_name = "WHO", default_value = "public", value_parser = super::audience)]
    pub(crate) audience: Audience,
    /// The folder that the trees were made in.
    #[arg(long, value_name = "DIR", default_value = "dist")]
    pub(crate) out: PathBuf,
    /// Say what would be done, and write nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// How long files stay that the public tree does not have any more, such as 1d, 12h or 30m.
    #[arg(long, value_name = "TIME", default_value = "1d", value_parser = length)]
    pub(crate) grace: TimeDelta,
    /// Write files that are unchanged too.
    #[arg(long)]
    pub(crate) all: bool,
    /// Take the place of another audience's tree, or of files that are not summitcal's.
    #[arg(long)]
    pub(crate) replace: bool,
    /// Take the place of a newer tree.
    #[arg(long)]
    pub(crate) rollback: bool,
    /// Go on at once where another publisher has not finished. Only if it is certain that it has ended.
    #[arg(long)]
    pub(crate) take_over: bool,
    /// How often a request that failed is tried again.
    #[arg(long, value_name = "NUMBER", default_value_t = 6)]
    pub(crate) retries: u16,
}

/// A length of time: days, hours, minutes or seconds.
fn length(text: &str) -> Result<TimeDelta, String> {
    let read = || {
        let unit = text.chars().next_back()?;
        let number: i64 = text.strip_suffix(unit)?.parse().ok().filter(|number| (0..=1_000_000).contains(number))?;
        match unit {
            'd' => TimeDelta::try_days(number),
            'h' => TimeDelta::try_hours(number),
            'm' => TimeDelta::try_minutes(number),
            's' => TimeDelta::try_seconds(number),
            _ => None,
        }
    };
    read().ok_or_else(|| "write a number and a unit: 1d, 12h, 30m or 0s".to_owned())
}
