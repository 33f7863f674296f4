/**
 * A shell script that ends every process of a program. Arguments: the mark that the program's processes have in their environment,
 * and the milliseconds between SIGTERM and SIGKILL. Its standard input is a pipe that only the host holds: a line with the number
 * of the program's process group, then `end`. Where the pipe closes without `end` the host has died, and the processes are killed
 * at once. On Linux, a process that has left the group is found by the mark.
 */
export const WATCHER_SCRIPT = `
mark=$1; grace=$2; group=; signal=KILL; waited=0
while read -r line; do
  case $line in
    end) signal=TERM; break ;;
    *) group=$line ;;
  esac
done
to_group() { [ -n "$group" ] && kill "-$1" -- "-$group" 2>/dev/null; }
# Zombies count as members of a group, and have no environment.
is_alive() {
  if [ -d /proc/self ]; then
    marked=$(grep -l -a -s -F -e "$mark" /proc/[0-9]*/environ 2>/dev/null)
    [ -n "$marked" ]
  else
    to_group 0
  fi
}
to_all() {
  to_group "$1"
  for file in $marked; do
    pid=\${file#/proc/}
    kill "-$1" "\${pid%/environ}" 2>/dev/null
  done
}
while is_alive; do
  if [ "$signal" != 0 ]; then to_all "$signal"; fi
  if [ "$signal" = TERM ]; then signal=0; fi
  if [ "$waited" -ge "$grace" ]; then signal=KILL; fi
  if [ "$waited" -ge $((grace + 5000)) ]; then exit 1; fi
  sleep 0.05
  waited=$((waited + 50))
done
to_group KILL
exit 0
`;
