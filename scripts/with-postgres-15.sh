#!/bin/sh
# Runs a command with TEST_DATABASE_URL set to a temporary server of Debian's Postgres 15, the oldest that we support.
# scripts/with-postgres-15.sh npx vitest run --project db
set -eu

bin=${PG_BIN:-/usr/lib/postgresql/15/bin}
if [ ! -x "$bin/postgres" ]; then
  echo "There is no Postgres 15 in $bin. Run \`apt-get install postgresql-15\`, or set PG_BIN." >&2
  exit 69
fi
[ $# -gt 0 ] || { echo "Usage: $0 <command> [argument...]" >&2; exit 2; }

folder=$(mktemp -d)
# Postgres refuses root. The folder belongs to whoever it runs as instead.
as=
if [ "$(id -u)" = 0 ]; then
  chown 65534:65534 "$folder"
  as='setpriv --reuid=65534 --regid=65534 --clear-groups'
fi
server() { (cd "$folder" && exec env LC_ALL=C.UTF-8 $as "$@"); }
clean_up() {
  server "$bin/pg_ctl" -D "$folder/data" -m immediate -s stop 2>/dev/null || true
  rm -rf "$folder"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
printf %s "$password" | (umask 077 && cat >"$folder/password")
[ -z "$as" ] || chown 65534:65534 "$folder/password"
server "$bin/initdb" -D "$folder/data" -U postgres --pwfile="$folder/password" -A scram-sha-256 -E UTF8 --no-sync >/dev/null

# Postgres cannot choose a free port itself: the first of these that it gets.
port=
for try in 54315 54316 54317 54318 54319 54320; do
  options="-p $try -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c full_page_writes=off -c max_connections=300"
  if server "$bin/pg_ctl" -D "$folder/data" -l "$folder/log" -o "$options" -w -s start 2>/dev/null; then
    port=$try
    break
  fi
done
[ -n "$port" ] || { cat "$folder/log" >&2; exit 69; }

TEST_DATABASE_URL="postgres://postgres:$password@127.0.0.1:$port/postgres" "$@"
