#!/usr/bin/env bash
# Runs the check: annotations on standard output, SARIF in a file, a table in the summary of the job. The status is an
# output, so that the findings are uploaded before the job fails.
set -euo pipefail
# From the step of action.yml.
: "${PATHS:?}" "${ARGS=}" "${FAIL_ON:?}"

sarif=$RUNNER_TEMP/apiward.sarif
summary=$RUNNER_TEMP/apiward.md
paths=$RUNNER_TEMP/apiward-paths
rm -f "$sarif" "$summary"
printf '%s\n' "$PATHS" >"$paths"
args=()
# Ends at the end of the text, which `read` calls a failure.
read -r -d '' -a args <<<"$ARGS" || true

status=0
# Bash 3 of macOS takes an empty array for an unset variable.
apiward check --files-from "$paths" --fail-on "$FAIL_ON" ${args[@]+"${args[@]}"} \
    --format github --format "sarif=$sarif" --format "markdown=$summary" || status=$?

if [ -f "$summary" ]; then cat "$summary" >>"$GITHUB_STEP_SUMMARY"; fi
if [ -f "$sarif" ]; then echo "sarif=$sarif" >>"$GITHUB_OUTPUT"; fi
echo "status=$status" >>"$GITHUB_OUTPUT"
