"""Who runs where: the conditions that keep strangers off our machine and away from what may write."""

import pytest

from tests.workflows.actions import SCRIPTS, WORKFLOWS, Context, condition, jobs, load, texts

OWN = "their-team/plates"
GPU = ["self-hosted", "cml-runner-gpu"]


def pull_request(head: str) -> Context:
    """An event of a pull request to OWN from a repository."""
    return {
        "github": {
            "repository": OWN,
            "event": {"pull_request": {"head": {"repo": {"full_name": head}}}},
        }
    }


def finished(head: str, event: str = "pull_request", conclusion: str = "success") -> Context:
    """The end of a run of another workflow."""
    run = {
        "event": event,
        "conclusion": conclusion,
        "head_repository": {"full_name": head},
    }
    return {"github": {"repository": OWN, "event": {"workflow_run": run}}}


@pytest.mark.parametrize(
    ("head", "job"),
    [(OWN, "own"), ("stranger/plates", "fork"), ("their-team-2/plates", "fork"), ("", "fork")],
)
def test_only_branches_of_the_repository_run_on_its_gpu(head: str, job: str) -> None:
    context = pull_request(head)
    run = [
        n for n, settings in jobs("experiment.yml").items() if condition(settings["if"], context)
    ]
    assert run == [job]
    assert (jobs("experiment.yml")[job]["runs-on"] == GPU) == (job == "own")


def test_no_job_of_strangers_is_on_a_machine_of_ours() -> None:
    on_ours = {
        (name, job)
        for name in WORKFLOWS
        for job, settings in jobs(name).items()
        if "self-hosted" in texts(settings["runs-on"])
    }
    # The first by its condition, the second because only members can start it.
    assert on_ours == {("experiment.yml", "own"), ("train.yml", "train")}
    assert set(load("train.yml")["on"]) == {"workflow_dispatch"}
    assert set(load("experiment.yml")["on"]) == {"pull_request"}


@pytest.mark.parametrize("name", WORKFLOWS)
def test_no_event_gives_strangers_our_secrets(name: str) -> None:
    assert not {"pull_request_target", "issue_comment", "issues"} & set(load(name)["on"])


@pytest.mark.parametrize(
    ("context", "posts"),
    [
        (finished("stranger/plates"), True),
        (finished(OWN), False),
        (finished("stranger/plates", conclusion="failure"), False),
        (finished("stranger/plates", event="push"), False),
        (finished("stranger/plates", event="workflow_dispatch"), False),
    ],
)
def test_only_whole_reports_of_forks_are_posted(context: Context, posts: bool) -> None:
    assert condition(jobs("experiment-comment.yml")["comment"]["if"], context) == posts
    assert load("experiment-comment.yml")["on"]["workflow_run"]["workflows"] == [
        load("experiment.yml")["name"]
    ]


def test_what_posts_for_forks_has_only_files_of_the_default_branch() -> None:
    for step in jobs("experiment-comment.yml")["comment"]["steps"]:
        assert "ref" not in step.get("with", {})
        assert "repository" not in step.get("with", {})
    assert "gh pr checkout" not in (SCRIPTS / "fetch-foreign.sh").read_text(encoding="utf-8")


def test_forks_have_no_secrets() -> None:
    for name, job in (("experiment.yml", "fork"), ("experiment-comment.yml", "comment")):
        assert [text for text in texts(jobs(name)[job]) if "secrets." in text] == []
