# What makes a process a machine of its own, in namespaces that share only the network with the test:
# machine.sh <folder with dist and certificates> <folders to hide...> -- <command...>
# Runs as the first process of its PID namespace.
set -e
delivered=$1
shift
mount --make-rprivate /
mount -t tmpfs tmpfs /mnt
cp -r "$delivered"/. /mnt/
while [ "$1" != -- ]; do
  # It may lie in a folder that is hidden by now.
  mkdir -p "$1"
  mount -t tmpfs tmpfs "$1"
  shift
done
shift
hostname machine
exec "$@"
