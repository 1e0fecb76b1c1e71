// Asks the engine in this container whether it lives, or, as `healthcheck.ts /readyz`, whether it
// should get requests. Exit code 0 says yes.
const [path = '/livez'] = process.argv.slice(2);
const port = process.env['SATU_ATAP_PORT'] ?? '8080';
try {
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  process.exitCode = response.ok ? 0 : 1;
} catch {
  process.exitCode = 1;
}
