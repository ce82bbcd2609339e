#!/usr/bin/env python3
"""Plays the pipelines of docs/ci without their CI systems.

    pipelines.py scripts FILE FOLDER            each shell step as a file FOLDER/NN.sh, for shellcheck
    pipelines.py play FILE FOLDER NAME=VALUE…   each job in its own clean clone of the working directory, one after the
                                                other; artifacts go from one to the next as the file says

NAME=VALUE replaces variables that the file sets. A folder report/ of the last job stays in FOLDER, and so does the
summary that GitHub shows. Exit status 1: a step failed, which is printed. 3: an artifact matches no file.
"""
import glob
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field

import yaml


@dataclass
class Step:
    script: str = ""  # else an artifact goes to or from the store:
    save: str = ""
    load: str = ""  # a name or a pattern of names
    paths: list = field(default_factory=list)  # to save; or where to load
    within: bool = False  # a folder is saved without its own name
    always: bool = False  # also after a failure
    goes_on: bool = False  # its failure does not end the job


@dataclass
class Job:
    name: str
    env: dict
    steps: list
    always: bool = False  # also after a job that failed


# ---- GitHub ----

def fill(text, values):
    """${{ matrix.shard }} and the like."""
    return re.sub(r"\$\{\{ *([\w.]+) *\}\}", lambda match: str(values[match.group(1)]), str(text))


def github_step(step, values):
    given = {key: fill(value, values) for key, value in step.get("with", {}).items()}
    action = step.get("uses", "").split("@")[0]
    always = step.get("if") == "always()"
    if "run" in step:
        own = "".join(f"export {name}='{fill(value, values)}'\n" for name, value in step.get("env", {}).items())
        return [Step(script=own + step["run"], always=always)]
    if action == "actions/upload-artifact":
        return [Step(save=given["name"], paths=[given["path"]], within=True, always=always)]
    if action == "actions/download-artifact":
        return [Step(load=given.get("name") or given["pattern"], paths=[given.get("path", ".")])]
    assert action in ("actions/checkout", "actions/cache"), f"an action that cannot be played: {action}"
    return []


def github(pipeline, env):
    env = {**pipeline["env"], **env}
    for name, job in pipeline["jobs"].items():
        for shard in job.get("strategy", {}).get("matrix", {}).get("shard", [""]):
            values = {"matrix.shard": shard, **{f"env.{key}": value for key, value in env.items()}}
            steps = [one for step in job["steps"] for one in github_step(step, values)]
            yield Job(f"{name} {shard}".strip(), env, steps, job.get("if") == "always()")


# ---- GitLab ----

def gitlab(pipeline, env):
    env = {**pipeline["variables"], **env}
    names = [name for name, job in pipeline.items() if isinstance(job, dict) and "script" in job]
    saved = []
    for name in sorted(names, key=lambda name: pipeline["stages"].index(pipeline[name]["stage"])):
        job, total, before = pipeline[name], pipeline[name].get("parallel", 1), list(saved)
        for index in range(1, total + 1):
            own = {"CI_NODE_INDEX": str(index), "CI_NODE_TOTAL": str(total)} if total > 1 else {}
            script = "\n".join(job.get("before_script", []) + job["script"])
            saved.append(f"{name} {index}")
            always = job["artifacts"].get("when") == "always"
            steps = [Step(load=other, paths=["."]) for other in before]
            steps += [Step(script=script), Step(save=saved[-1], paths=job["artifacts"]["paths"], always=always)]
            yield Job(saved[-1], {**env, **own}, steps, job.get("when") == "always")


# ---- Jenkins: its language has no parser here, so the file keeps to what this finds ----

JENKINS = re.compile(r"""stage\('(?P<stage>\w+)'\)
    | values\ (?P<values>'[^\n]*')
    | (?P<catch>catchError\ \{\s*)?sh\ '''(?P<sh>.*?)'''
    | unstash\ '(?P<unstash>[\w-]+)'
    | stash\ name:\ ['"](?P<stash>[^'"]+)['"],\ includes:\ ['"](?P<files>[^'"]+)['"]
    | archiveArtifacts\ '(?P<kept>[^']+)'""", re.S | re.X)


def jenkins_step(found):
    if found["sh"]:
        return Step(script=found["sh"], goes_on=bool(found["catch"]))
    if found["unstash"]:
        return Step(load=found["unstash"], paths=["."])
    if found["stash"]:
        return Step(save=found["stash"], paths=[found["files"]])
    return Step(save="kept", paths=[found["kept"]])


def with_shard(step, shard):
    names = {key: getattr(step, key).replace("${SHARD}", shard) for key in ("save", "load")}
    return Step(**{**vars(step), **names, "paths": [path.replace("${SHARD}", shard) for path in step.paths]})


def jenkins(text, env):
    text = re.sub(r"^ *//.*$", "", text, flags=re.M)
    env = {**dict(re.findall(r"^ *(\w+) = '(.*?)'", text, re.M)), **env}
    stages, shards = [], [""]
    for found in map(re.Match.groupdict, JENKINS.finditer(text)):
        if found["stage"]:
            stages.append((found["stage"], shards, []))
            shards = [""]
        elif found["values"]:
            shards = re.findall(r"'(.*?)'", found["values"])
        else:
            stages[-1][2].append(jenkins_step(found))
    caught = False  # a failure that was caught does not keep the later stages from running
    for name, shards, steps in stages:
        for shard in shards:
            own = {"SHARD": shard} if shard else {}
            yield Job(f"{name} {shard}".strip(), {**env, **own}, [with_shard(step, shard) for step in steps], caught)
        caught = caught or any(step.goes_on for step in steps)


def jobs_of(path, env):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    if path.endswith("Jenkinsfile"):
        return list(jenkins(text, env))
    return list((github if "jobs:" in text else gitlab)(yaml.safe_load(text), env))


# ---- playing ----

def save(clone, store, step):
    for pattern in step.paths:
        found = glob.glob(os.path.join(clone, pattern), recursive=True)
        if not found:
            print(f"no file matches the artifact {pattern}")
            sys.exit(3)
        for path in found:
            to = os.path.join(store, os.path.relpath(path, clone))
            if os.path.isdir(path):
                shutil.copytree(path, store if step.within else to, dirs_exist_ok=True)
            else:
                os.makedirs(os.path.dirname(to), exist_ok=True)
                shutil.copy(path, to)


def run(script, clone, env, job):
    status = subprocess.run(["sh", "-e", "-c", script], cwd=clone, env=env, stdin=subprocess.DEVNULL, check=False).returncode
    if status != 0:
        print(f"failed: job {job.name}, status {status}", flush=True)
    return status == 0


def play_job(job, folder):
    clone, stores = os.path.join(folder, "clone"), os.path.join(folder, "artifacts")
    shutil.rmtree(clone, ignore_errors=True)
    subprocess.run(["git", "clone", "-q", ".", clone], check=True)
    env = {**os.environ, **job.env, "GITHUB_STEP_SUMMARY": os.path.join(folder, "summary.md")}
    good, ended = True, False
    for step in job.steps:
        if ended and not step.always:
            continue
        if step.script and not run(step.script, clone, env, job):
            good, ended = False, ended or not step.goes_on
        if step.save:
            save(clone, os.path.join(stores, step.save), step)
        for store in glob.glob(os.path.join(stores, step.load)) if step.load else []:
            shutil.copytree(store, os.path.join(clone, step.paths[0]), dirs_exist_ok=True)
    if os.path.isdir(os.path.join(clone, "report")):
        shutil.copytree(os.path.join(clone, "report"), os.path.join(folder, "report"), dirs_exist_ok=True)
    return good


def play(path, folder, env):
    """Jobs of one stage do not depend on each other: each looks at how things were before its stage."""
    good = {}
    for job in jobs_of(path, env):
        stage = job.name.split()[0]
        if job.always or all(good[other] for other in good if other != stage):
            good[stage] = play_job(job, folder) and good.get(stage, True)
    return all(good.values())


def main():
    what, path, folder = sys.argv[1:4]
    os.makedirs(folder, exist_ok=True)
    if what == "play":
        sys.exit(0 if play(path, folder, dict(word.split("=", 1) for word in sys.argv[4:])) else 1)
    scripts = dict.fromkeys(step.script for job in jobs_of(path, {}) for step in job.steps if step.script)
    for number, script in enumerate(scripts):
        with open(os.path.join(folder, f"{number:02}.sh"), "w", encoding="utf-8") as file:
            file.write("#!/bin/sh -e\n" + script)


if __name__ == "__main__":
    main()
