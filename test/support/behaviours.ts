/** What programs for WASI preview 1 rely on: names of test/fixtures/commands/behaviours.as, after the wasi-testsuite's. */

export const BEHAVIOURS: readonly string[] = `
args_get-multiple-arguments args_sizes_get-multiple-arguments args_sizes_get-no-arguments big_random_buf
clock_getres-monotonic clock_getres-realtime clock_gettime-monotonic clock_gettime-realtime clock_time_get close_preopen
dangling_fd dangling_symlink dir_fd_op_failures directory_seek environ_get-multiple-variables
environ_sizes_get-multiple-variables environ_sizes_get-no-variables fd_advise fd_fdstat_set_rights fd_filestat_set
fd_flags_set fd_readdir fd_write-to-invalid-fd fd_write-to-stdout fdopendir-with-access file_allocate file_pread_pwrite
file_seek_tell file_truncation file_unbuffered_write fopen-with-access fopen-with-no-access fstflags_validate
interesting_paths isatty lseek nofollow_errors overwrite_preopen path_exists path_filestat path_link
path_open_create_existing path_open_dirfd_not_dir path_open_lots path_open_missing path_open_nonblock path_open_preopen
path_open_read_write path_rename path_rename_dir_trailing_slashes path_symlink_trailing_slashes poll_oneoff_stdio
pread-with-access preadvise proc_exit-failure proc_exit-success pwrite-with-access pwrite-with-append
random_get-non-zero-length random_get-zero-length readlink remove_directory_trailing_slashes remove_nonempty_directory
renumber sched_yield sock_shutdown-invalid_fd sock_shutdown-not_sock stat-dev-ino stdio symlink_create symlink_filestat
symlink_loop truncation_rights unlink_file_trailing_slashes
`
  .trim()
  .split(/\s+/);

/** What is brought to a behaviour, where it is about that. */
export function inputOf(name: string): {
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
} {
  const args = /^args_(?:sizes_)?get-multiple/.test(name) ? ['two words', 'ünïcode'] : [];
  const environment = /^environ.*multiple/.test(name) ? { a: 'text', b: 'with=equals and spaces' } : {};
  return { args, environment };
}

interface End {
  readonly end: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What jco's adapter cannot do, on whatever host: how these behaviours end instead. */
export const BEYOND_THE_ADAPTER: Readonly<Record<string, End>> = {
  // Rights are no more: `fd_fdstat_set_rights` is not supported.
  fd_fdstat_set_rights: { end: 1, stdout: '', stderr: 'drop: 58 instead of 0\n' },
  // `wasi:cli/exit` has success and failure, no number.
  'proc_exit-failure': { end: 1, stdout: '', stderr: '' },
  // Its table of descriptors has no gaps: a number beyond its end is no descriptor.
  stdio: { end: 1, stdout: '', stderr: 'renumber: 8 instead of 0\n' },
};

/** How a behaviour ends. */
export function endOf(name: string): End {
  const beyond = BEYOND_THE_ADAPTER[name];
  if (beyond !== undefined) return beyond;
  return { end: 0, stdout: name === 'fd_write-to-stdout' ? 'hello' : '', stderr: '' };
}
