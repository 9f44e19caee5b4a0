use std::fs;

use tableau_client::wire::rest::flow_runs;
use tableau_client::wire::rest::flows::FlowPatch;
use tableau_client::wire::value::JobStatus;
use tableau_client::{Filter, Source};

use super::*;

#[tokio::test]
async fn a_flow_from_its_publishing_to_its_end() {
    for fixture in fixtures().await {
        let all = fixture.site.flows();
        let content = zipped("flow", FLOW);
        let path = fixture.path("Cleaning.tfl");
        fs::write(&path, &content).unwrap();
        let published = all
            .publish(&path, &fixture.project)
            .description("Nightly")
            .await
            .unwrap();
        let id = &published.id;
        assert_eq!(
            (published.name.as_str(), published.file_type.as_deref()),
            ("Cleaning", Some("tfl"))
        );
        let refused = all.publish(&path, &fixture.project).await.unwrap_err();
        assert_eq!(refused.code(), Some("409041"), "{refused}");
        all.publish(&path, &fixture.project)
            .overwrite()
            .in_chunks(1)
            .await
            .unwrap();
        let listed = all.list().filter(Filter::eq("name", "Cleaning")).await.unwrap();
        assert_eq!(listed.items.len(), 1);

        let patch = FlowPatch::default().with(|patch| patch.description = Some("Weekly".into()));
        all.update(id, patch).await.unwrap();
        let shown = all.get(id).await.unwrap();
        assert_eq!(shown.flow.description.as_deref(), Some("Weekly"));
        let connections = all.connections(id).await.unwrap();
        assert_eq!(
            connections.first().unwrap().server_address.as_deref(),
            Some("dwh.example.com")
        );
        fixture.tags(&all, id).await;
        fixture.permissions(&all, id).await;
        let saved = all
            .download(id)
            .to_folder(fixture.folder.path(), "copy")
            .await
            .unwrap();
        assert_eq!(
            saved.path,
            fixture.path("copy.tfl"),
            "the server says which of two kinds of packages it is"
        );
        assert!(fs::read(saved.path).unwrap() == content);
        fixture.ends(&all, id).await;
    }
}

#[tokio::test]
async fn a_flow_runs_with_parameters_and_steps() {
    for fixture in fixtures().await {
        let all = fixture.site.flows();
        let flow = all
            .publish(Source::bytes(zipped("flow", FLOW)), &fixture.project)
            .name("Run")
            .await
            .unwrap();
        let details = all.get(&flow.id).await.unwrap();
        let parameter = details.flow.parameters.unwrap().first().unwrap().id.clone();
        let step = details.flow_output_steps.unwrap().first().unwrap().id.clone();
        let run = all
            .run(&flow.id)
            .incremental()
            .parameter(parameter, "2026")
            .step(step);
        let job = run.await.unwrap();

        let runs = fixture.site.flow_runs();
        let of_flow = Filter::eq("flowId", flow.id.as_str());
        let listed = runs.list().filter(of_flow.clone()).await.unwrap();
        let run = listed.items.first().unwrap();
        assert_eq!(run.background_job_id.as_ref(), Some(&job.id));
        let shown = runs.get(&run.id).await.unwrap();
        let values = shown.flow_parameter_runs.unwrap();
        assert_eq!(values.first().unwrap().override_value.as_deref(), Some("2026"));
        fixture
            .site
            .call(flow_runs::Cancel::new(run.id.clone()))
            .await
            .unwrap();
        assert_eq!(
            runs.get(&run.id).await.unwrap().status,
            Some(JobStatus::Cancelled)
        );

        let job = all.run(&flow.id).await.unwrap();
        fixture.let_jobs_end();
        succeeded(&fixture.site.jobs().wait(job.id, HOUR).await.unwrap());
        assert_eq!(runs.list().filter(of_flow).await.unwrap().items.len(), 2);
    }
}
