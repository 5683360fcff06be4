#!/bin/sh
# The guestbook's page: lists the entries of a follower, adds one to the leader.

# One Redis command in the Redis protocol, after the password.
command() {
  printf '*2\r\n$4\r\nAUTH\r\n$%d\r\n%s\r\n' "${#REDIS_PASSWORD}" "$REDIS_PASSWORD"
  printf '*%d\r\n' "$#"
  for word in "$@"; do printf '$%d\r\n%s\r\n' "${#word}" "$word"; done
  printf '*1\r\n$4\r\nQUIT\r\n'
}

redis() {
  host=$1
  shift
  command "$@" | nc -w 3 "$host" 6379 | tr -d '\r'
}

decode() {
  printf '%b' "$(printf '%s' "$1" | sed 's/+/ /g; s/%/\\x/g')"
}

escape() {
  sed 's/&/\&amp;/g; s/</\&lt;/g; s/>/\&gt;/g; s/"/\&quot;/g'
}

answer() {
  printf 'Status: %s\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close\r\n\r\n' "$1"
}

if [ "$PATH_INFO" = /healthz ] || [ "$QUERY_STRING" = healthz ]; then
  answer '200 OK'
  echo ok
  exit
fi

if [ "$REQUEST_METHOD" = POST ]; then
  body=$(head -c "${CONTENT_LENGTH:-0}")
  entry=$(decode "${body#entry=}")
  if ! redis "$REDIS_LEADER" RPUSH guestbook "$entry" | grep -q '^:'; then
    answer '503 Service Unavailable'
    echo 'The leader does not answer.'
    exit
  fi
  printf 'Status: 303 See Other\r\nLocation: /\r\nConnection: close\r\n\r\n'
  exit
fi

if ! entries=$(redis "$REDIS_FOLLOWER" LRANGE guestbook 0 -1) || [ -z "$entries" ]; then
  answer '503 Service Unavailable'
  echo 'The followers do not answer.'
  exit
fi
answer '200 OK'
cat <<PAGE
<!doctype html>
<title>Guestbook</title>
<h1>$(printf '%s' "$GREETING" | escape)</h1>
<p>version $GUESTBOOK_VERSION, served by $(hostname)</p>
<form method="post" action="/"><input name="entry" autofocus><button>Sign</button></form>
<ul>
$(printf '%s\n' "$entries" | sed -n '/^\*/,$p' | grep -v -e '^\*' -e '^\$' -e '^+OK' | escape | sed 's/.*/<li>&<\/li>/')
</ul>
PAGE
