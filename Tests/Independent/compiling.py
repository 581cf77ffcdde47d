"""Calls raspc: many programs in one call, one at a time where that fails."""

import json
import os
import re
import resource
import signal
import subprocess

MEMORY = 8 << 30
# A crash is told of at once, without a backtrace.
ENVIRONMENT = {**os.environ, "SWIFT_BACKTRACE": "enable=no"}
DIAGNOSTIC = re.compile(r"^(?:.*/)?(\w+)\.rasp:\d+:\d+: error: (.*)$")

MADE = re.compile(r"^(?:.*/)?(\w+): \d+ layers?, .*?, d_mlp \d+; (.*)$")


def limited(seconds):
    """Bounds memory and the processor's time, which does not depend on what else runs."""
    def apply():
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    return apply


class Compiler:
    def __init__(self, executable, seconds=20):
        self.executable = os.path.abspath(executable)
        self.seconds = seconds
        # What raspc says of the folders it made: "proved for all inputs", for one.
        self.said = {}

    def call(self, *arguments, seconds=None):
        """(status, stdout, stderr); the status is "timeout" where it took too long."""
        seconds = int(seconds or self.seconds)
        try:
            done = subprocess.run([self.executable, *arguments], capture_output=True, text=True,
                                  timeout=10 * seconds, preexec_fn=limited(seconds), env=ENVIRONMENT)
        except subprocess.TimeoutExpired:
            return "timeout", "", ""
        if done.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
            return "timeout", done.stdout, done.stderr
        return done.returncode, done.stdout, done.stderr

    def compile(self, programs, folder):
        """For each program's name None where its folder was made, else what went wrong."""
        files = []
        for program in programs:
            path = os.path.join(folder, f"{program.name}.rasp")
            with open(path, "w") as file:
                file.write(program.text)
            files.append(path)
        status, out, errors = self.call(*files, "-o", folder, seconds=self.seconds + len(programs) * 0.2)
        self.listen(out)
        messages = self.messages(errors)
        result = {}
        for program, path in zip(programs, files):
            name = program.name
            if os.path.exists(os.path.join(folder, name, "meta.json")):
                result[name] = None
            elif name in messages and status == 1:
                result[name] = messages[name]
            else:
                result[name] = self.single(program, path, folder)
        return result

    def single(self, program, path, folder):
        status, out, errors = self.call(path, "-o", folder)
        self.listen(out)
        if status == "timeout":
            return "timeout"
        if status == 0:
            return None
        message = self.messages(errors).get(program.name) or errors.strip().split("\n")[0]
        return message if status == 1 else f"crash ({status}): {message}"

    def listen(self, out):
        for line in out.split("\n"):
            found = MADE.match(line)
            if found:
                self.said[found[1]] = found[2]

    @staticmethod
    def messages(errors):
        result = {}
        for line in errors.split("\n"):
            found = DIAGNOSTIC.match(line)
            if found:
                result.setdefault(found[1], found[2])
        return result

    def values(self, command, target, tokens):
        """What `raspc run FILE` or `raspc exec DIR` prints for an input."""
        status, out, errors = self.call(command, target, "--input", spelled_json(tokens))
        return out.strip() if status == 0 else errors.strip().split("\n")[0]


def spelled_json(tokens):
    return json.dumps([str(t) if isinstance(t, float) and t in (float("inf"), float("-inf")) else t for t in tokens])
