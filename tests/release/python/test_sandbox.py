"""What a test in Python does with the sandbox of the wheel."""

import tableauserverclient as TSC


def test_workbooks_are_listed(server):
    names = [workbook.name for workbook in TSC.Pager(server.workbooks)]
    assert len(names) == 40
    assert "Superstore" in names


def test_an_extract_is_refreshed(server):
    workbook = next(workbook for workbook in TSC.Pager(server.workbooks) if workbook.name == "Superstore")
    job = server.jobs.wait_for_job(server.workbooks.refresh(workbook))
    assert job.finish_code == TSC.JobItem.FinishCode.Success
