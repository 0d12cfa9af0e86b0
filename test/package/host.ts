/**
 * A host for a prebuilt addon where there is no Node: a small program with every Node-API function as a stub, which has
 * the target's own loader load the addon and resolve each symbol at once, and then enters the addon's door.
 * takes  a compiler of the target, an addon, and the C library to link the host with
 * gives  the host's words; it rejects with the loader's where a symbol is missing
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
// @ts-expect-error: a build script, plain JavaScript
import { readElf } from '../../native/prebuild/elf.mjs'

const run = (command: string, args: string[]) => {
  const { status, signal, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} exited ${status ?? signal}:\n${stdout}${stderr}`)
  return stdout
}

/** The C source: no header of any C library, so that one text serves all. */
function source(names: readonly string[]): string {
  // Every stub says napi_generic_failure: the addon asks for an error's text, gets none either, and gives up.
  const stubs = names.filter((name) => !/napi_(fatal_error|get_last_error_info)$/.test(name))
  return `extern void *dlopen(const char *, int);
extern void *dlsym(void *, const char *);
extern char *dlerror(void);
extern int printf(const char *, ...);
extern int fflush(void *);
extern void _exit(int);
${stubs.map((name) => `int ${name}(void) { return 9; }`).join('\n')}
struct { const char *message; void *reserved; unsigned code; int status; } last = {"a stub", 0, 0, 9};
int napi_get_last_error_info(void *env, const void **out) { *out = &last; return 0; }
void napi_fatal_error(const char *where) { printf("fatal %s\\n", where ? where : ""); fflush(0); _exit(0); }
int main(int count, char **words) {
  void *addon = dlopen(words[1], 2);
  if (!addon) { printf("%s\\n", dlerror()); return 1; }
  void *(*door)(void *, void *) = (void *(*)(void *, void *))dlsym(addon, "napi_register_module_v1");
  printf("resolved\\n");
  fflush(0);
  printf("%s\\n", door((void *)1, (void *)1) ? "registered" : "refused");
  return 0;
}
`
}

export interface HostParts {
  readonly compiler: string
  readonly addon: string
  readonly folder: string
  /** Flags that name the C library. */
  readonly link: readonly string[]
  /** What runs a program of the target, with that C library. */
  readonly runner: readonly string[]
}

export function loadInHost({ compiler, addon, folder, link, runner }: HostParts): string {
  mkdirSync(folder, { recursive: true })
  const asked: { name: string }[] = readElf(readFileSync(addon)).undefined
  const names = asked.map(({ name }) => name).filter((name) => /^(napi|node_api)_/.test(name))
  const [text, program] = [join(folder, 'host.c'), join(folder, 'host')]
  writeFileSync(text, source([...new Set(names)]))
  run(compiler, ['-w', '-fno-builtin', '-no-pie', '-rdynamic', '-x', 'c', text, '-x', 'none', ...link, '-o', program])
  const [command, ...args] = [...runner, program, addon]
  return run(command, args)
}
