#!/bin/sh
# Asks a real kernel's GPIO (gpio-sim) of the addon: boots Debian's kernel in a virtual machine with gpio-sim, which Debian
# leaves out, built from Debian's own source as a module, and runs lines.mjs in it. Prints its JSON line.
# Needs: apt-get, dpkg, make, gcc-12, qemu-system-x86_64 (emulated: nested KVM does not always boot). Works in build/gpio/kernel.
set -eu
root=$PWD
at=$root/build/gpio/kernel
mkdir -p "$at"
cd "$at"
version=$(apt-cache depends linux-image-amd64 | sed -n 's/.*linux-image-\([0-9][^ ]*\)-amd64$/\1/p' | head -1)
[ -n "$version" ] || { echo "kernel.sh: apt-cache knows no linux-image-amd64; apt-get update" >&2; exit 3; }
series=$(echo "$version" | cut -d. -f1-2)
image=linux-image-$version-amd64

if [ ! -f "gpio-sim-$version.ko" ]; then
  apt-get download -qq "$image" "linux-headers-$version-amd64" "linux-headers-$version-common" "linux-kbuild-$series" \
    "linux-source-$series" busybox-static >/dev/null 2>&1
  for package in *.deb; do dpkg -x "$package" system; done
  # The headers' makefiles name /usr; here they lie below this folder.
  headers=$at/system/usr/src/linux-headers-$version-amd64
  sed -i "s#/usr/src/#$at/system/usr/src/#g" "$headers/Makefile" "$headers/.kernelvariables" 2>/dev/null || true
  source=linux-source-$series
  mkdir -p module
  tar xJf "system/usr/src/$source.tar.xz" --strip-components=1 "$source/drivers/gpio/gpio-sim.c" "$source/drivers/gpio/gpiolib.h" "$source/kernel/irq/irq_sim.c"
  cp drivers/gpio/gpio-sim.c drivers/gpio/gpiolib.h kernel/irq/irq_sim.c module/
  # irq_to_desc is not exported to modules; the same descriptor is had from its data.
  sed -i 's/irq_to_desc(\([a-z]*\))/irq_data_to_desc(irq_get_irq_data(\1))/' module/irq_sim.c
  printf 'obj-m := lutra-gpio-sim.o\nlutra-gpio-sim-y := gpio-sim.o irq_sim.o\n' >module/Kbuild
  make -s -C "$headers" M="$at/module" modules >module.log 2>&1 || { cat module.log >&2; exit 1; }
  cp module/lutra-gpio-sim.ko "gpio-sim-$version.ko"
fi

rm -rf --one-file-system ./image
mkdir -p image/bin image/proc image/sys image/dev image/tmp image/lutra/test/native image/lutra/build/Release
cp system/bin/busybox image/bin/
cp "system/lib/modules/$version-amd64/kernel/fs/configfs/configfs.ko" "gpio-sim-$version.ko" image/
node=$(command -v node)
cp "$node" image/bin/node
for library in $(ldd "$node" "$root/build/Release/lutra.node" | grep -o '/[^ ]* (0x' | cut -d' ' -f1 | sort -u); do
  mkdir -p "image$(dirname "$library")"
  cp -L "$library" "image$library"
done
cp "$root/package.json" image/lutra/
cp "$root/build/Release/lutra.node" image/lutra/build/Release/
cp -r "$root/test/native/gpio" image/lutra/test/native/
cp -r "$root/dist" image/lutra/
mkdir image/lutra/node_modules
for package in rxjs tslib serialport @serialport debug ms node-gyp-build node-addon-api; do
  [ ! -d "$root/node_modules/$package" ] || cp -r "$root/node_modules/$package" image/lutra/node_modules/
done
cat >image/init <<INIT
#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev
insmod /configfs.ko; insmod /gpio-sim-$version.ko
mount -t configfs config /sys/kernel/config
mkdir -p /sys/kernel/config/gpio-sim/lab/bank
echo 16 >/sys/kernel/config/gpio-sim/lab/bank/num_lines
echo gpio-sim-lab >/sys/kernel/config/gpio-sim/lab/bank/label
echo 1 >/sys/kernel/config/gpio-sim/lab/live
device=/sys/devices/platform/\$(cat /sys/kernel/config/gpio-sim/lab/dev_name)
cd /lutra
echo "LUTRA-GPIO \$(node test/native/gpio/lines.mjs /dev gpio-sim-lab \$device/\$(cat /sys/kernel/config/gpio-sim/lab/bank/chip_name) 2>&1)"
poweroff -f
INIT
chmod +x image/init
(cd image && find . | ../system/bin/busybox cpio -o -H newc 2>/dev/null | gzip -1 >../image.gz)
timeout 420 qemu-system-x86_64 -accel tcg -m 1500 -smp 2 -nographic -no-reboot -kernel "system/boot/vmlinuz-$version-amd64" \
  -initrd image.gz -append "console=ttyS0 quiet panic=-1 random.trust_cpu=on" </dev/null >boot.log 2>&1 || true
sed -n 's/.*LUTRA-GPIO \(.*\)/\1/p' boot.log | tr -d '\r' | tail -1
