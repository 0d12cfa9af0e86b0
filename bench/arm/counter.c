// A plugin for QEMU's user emulation: counts the guest's instructions, and writes their number to the file out=FILE when
// the guest ends. A translated block adds its length whenever it is entered.
// The interface is version 1 of QEMU's plugin ABI (QEMU 4.2 to 8.1), declared here because distributions that ship
// qemu-user do not ship its header: https://www.qemu.org/docs/master/devel/tcg-plugins.html
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

typedef uint64_t plugin_id;
struct qemu_plugin_tb;
enum inline_op { INLINE_ADD_U64 };

void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id id, void (*call)(plugin_id id, struct qemu_plugin_tb* block));
void qemu_plugin_register_vcpu_tb_exec_inline(struct qemu_plugin_tb* block, enum inline_op op, void* to, uint64_t by);
void qemu_plugin_register_atexit_cb(plugin_id id, void (*call)(plugin_id id, void* data), void* data);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb* block);

#define EXPORT __attribute__((visibility("default")))

EXPORT int qemu_plugin_version = 1;
static uint64_t instructions;
static char out[4096];

static void on_block(plugin_id id, struct qemu_plugin_tb* block) {
  (void)id;
  qemu_plugin_register_vcpu_tb_exec_inline(block, INLINE_ADD_U64, &instructions, qemu_plugin_tb_n_insns(block));
}

static void on_exit_(plugin_id id, void* data) {
  (void)id, (void)data;
  FILE* file = fopen(out, "w");
  if (!file) return;
  fprintf(file, "%" PRIu64 "\n", instructions);
  fclose(file);
}

EXPORT int qemu_plugin_install(plugin_id id, const void* info, int argc, char** argv) {
  (void)info;
  if (argc != 1 || strncmp(argv[0], "out=", 4) || strlen(argv[0]) >= sizeof out) return 1;
  strcpy(out, argv[0] + 4);
  qemu_plugin_register_vcpu_tb_trans_cb(id, on_block);
  qemu_plugin_register_atexit_cb(id, on_exit_, NULL);
  return 0;
}
