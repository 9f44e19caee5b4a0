//! Refreshes the extracts of a workbook, and waits for the job up to an hour.

use std::env::{args, var};
use std::time::Duration;

use tableau_client::{Client, Filter, JobOutcome, PersonalAccessToken};

const AN_HOUR: Duration = Duration::from_secs(3600);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let name = args().nth(1).ok_or("usage: jobs WORKBOOK")?;
    let token = PersonalAccessToken::new(var("TABLEAU_PAT_NAME")?, var("TABLEAU_PAT_SECRET")?);
    let site = Client::new(var("TABLEAU_SERVER_URL")?)?
        .blocking()?
        .sign_in(token)?;
    let named = site.workbooks().list().filter(Filter::eq("name", &name)).send()?;
    let Some(workbook) = named.into_iter().next() else {
        return Err(format!("there is no workbook named {name}").into());
    };
    // A refresh that is queued already is waited for too.
    match site.workbooks().refresh(&workbook.id).or_queued().wait(AN_HOUR)? {
        JobOutcome::Succeeded(job) => println!("{} is refreshed: job {}", workbook.name, job.id),
        JobOutcome::Failed(job) => {
            let notes = job.extract_refresh_job.and_then(|about| about.notes);
            let why = notes.map_or_else(|| "the job failed".to_owned(), |notes| notes.0);
            return Err(why.into());
        }
        JobOutcome::Cancelled(job) => return Err(format!("job {} was cancelled", job.id).into()),
        JobOutcome::TimedOut(job) => return Err(format!("job {} is still at work", job.id).into()),
    }
    site.sign_out()?;
    Ok(())
}
