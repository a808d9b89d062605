# A throw-away PostgreSQL with the schema in it; sourced by the scripts that test against one.
#   cluster_make SETTING...   starts it in $place, applies the schema; PGHOST, PGDATABASE and PGUSER lead to it.
# Everything goes when the script ends. What was said on the way is in $place/log.

schema=$(realpath -- "$(dirname -- "${BASH_SOURCE[0]}")/../../schema")
bin=/usr/lib/postgresql/15/bin
place=$(mktemp -d /tmp/hoso-cluster-XXXXXXXX)
as_user=()

# PostgreSQL refuses to run as root.
if ((EUID == 0)); then
	chown postgres: "$place"
	as_user=(setpriv --reuid=postgres --regid=postgres --init-groups --)
fi

cluster_end() {
	"${as_user[@]}" "$bin/pg_ctl" -D "$place/pg" stop --silent -m immediate >/dev/null 2>&1 || true
	rm -rf -- "$place"
}
trap cluster_end EXIT
trap 'exit 1' TERM INT HUP

cluster_start() {
	local setting options="-c listen_addresses='' -c unix_socket_directories='$place'"
	options+=" -c unix_socket_permissions=0700 -c timezone=UTC"
	for setting in "$@"; do
		options+=" -c $setting"
	done
	cd "$place"
	"${as_user[@]}" "$bin/initdb" -D "$place/pg" --username=postgres --auth=trust --encoding=UTF8 \
		--locale=C.UTF-8 --no-sync >"$place/log" 2>&1 </dev/null
	"${as_user[@]}" "$bin/pg_ctl" -D "$place/pg" start --silent --wait -t 60 -l "$place/pg/log" \
		-o "$options" >>"$place/log" 2>&1 </dev/null
	export PGHOST=$place PGDATABASE=hoso PGUSER=postgres
}

cluster_apply() {
	psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 "$@" >>"$place/log" 2>&1
}

# As hosod migrate does, which needs a built hosod: each file, and a line about it.
cluster_apply_schema() {
	local file name
	cluster_apply -d postgres -c 'CREATE DATABASE hoso'
	cluster_apply -f "$schema/roles.sql"
	cluster_apply -c 'ALTER DATABASE hoso OWNER TO hoso_owner'
	for file in "$schema"/0*.sql; do
		name=$(basename -- "$file" .sql)
		PGUSER=hoso_owner cluster_apply --single-transaction -f "$file" -c "INSERT INTO hoso.schema_migration
			(version, name, sha256) VALUES (${name%%_*}::integer, '$name', '$(sha256sum <"$file" | cut -c1-64)')"
	done
}

cluster_make() {
	cluster_start "$@" && cluster_apply_schema
}

# When it could not be made: one failed test that says why.
cluster_failed() {
	sed 's/^/# /' "$place/log"
	echo '1..1'
	echo 'not ok 1 - the schema applies to an empty cluster'
	exit 1
}
