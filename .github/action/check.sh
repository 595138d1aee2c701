#!/usr/bin/env bash
# The step of action.yml that runs procsem check. Reads COMMAND, START_METHODS, PYTHONS, TIMEOUT, FAIL and HERE from the
# environment, because an expression in the workflow could be taken for code.
set -uo pipefail
procsem="$HERE/procsem/bin/procsem"
[ -x "$procsem" ] || procsem="$HERE/procsem/Scripts/procsem"
sarif="$HERE/procsem.sarif"
options=(--timeout "$TIMEOUT" --sarif "$sarif" --markdown "$HERE/procsem.md" --annotations)
for method in $START_METHODS; do options+=(--start-method "$method"); done
for python in $PYTHONS; do options+=(--python "$(command -v "$python" || echo "$python")"); done
eval "words=($(printf '%s' "$COMMAND" | python -c 'import shlex, sys; print(shlex.join(shlex.split(sys.stdin.read())))'))"
"$procsem" check "${options[@]}" "${words[@]}"
code=$?
[ -f "$HERE/procsem.md" ] && cat "$HERE/procsem.md" >>"$GITHUB_STEP_SUMMARY"
[ -f "$sarif" ] && echo "sarif=$sarif" >>"$GITHUB_OUTPUT"
[ "$code" -eq 1 ] && echo "findings=true" >>"$GITHUB_OUTPUT" || echo "findings=false" >>"$GITHUB_OUTPUT"
if [ "$code" -eq 1 ] && [ "$FAIL" != true ]; then exit 0; fi
exit "$code"
