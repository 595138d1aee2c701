"""Upload a SARIF file to the code scanning of the repository in which the workflow runs.

https://docs.github.com/en/rest/code-scanning/code-scanning#upload-an-analysis-as-sarif-data
"""

import base64
import gzip
import json
import os
import sys
import urllib.error
import urllib.request
from pathlib import Path


def main(path):
    """Upload the file. Exits with a line that says what went wrong."""
    api = os.environ.get("GITHUB_API_URL", "https://api.github.com")
    data = {
        "commit_sha": os.environ["GITHUB_SHA"],
        "ref": os.environ["GITHUB_REF"],
        "sarif": base64.b64encode(gzip.compress(Path(path).read_bytes())).decode(),
        "tool_name": "procsem",
    }
    request = urllib.request.Request(
        f"{api}/repos/{os.environ['GITHUB_REPOSITORY']}/code-scanning/sarifs",
        data=json.dumps(data).encode(),
        headers={
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {os.environ['GITHUB_TOKEN']}",
            "Content-Type": "application/json",
        },
        method="POST",
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            print(f"uploaded {path}: {json.load(answer).get('id', '')}")
    except urllib.error.HTTPError as error:
        hint = "; give the job the permission `security-events: write`" if error.code == 403 else ""
        sys.exit(f"cannot upload {path}: {error.code} {error.reason}{hint}")
    except OSError as error:
        sys.exit(f"cannot upload {path}: {error}")


if __name__ == "__main__":
    main(sys.argv[1])
