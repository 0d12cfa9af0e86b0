/** A Raspberry Pi whose firmware answers as the test says, and texts that boards were seen to print. */
import type { FirmwareQuestion, Reader } from '../../../hal/index.js'
import { fakeFiles } from '../../fakes/root.js'

const bytes = (text: string) => new TextEncoder().encode(text)

/** A fake machine in memory, with more files; `undefined` takes one away. */
export function machine(name: string, more: Record<string, string | undefined> = {}): Reader {
  const { os, arch, files, sysctl } = fakeFiles(name)
  const all = new Map(files)
  for (const [path, text] of Object.entries(more))
    if (text === undefined) all.delete(path)
    else all.set(path, bytes(`${text}\n`))
  const folders = new Map<string, Set<string>>()
  for (const path of all.keys()) {
    const names = path.split('/')
    for (let i = 1; i < names.length; i++) {
      const folder = names.slice(0, i).join('/')
      folders.set(folder, (folders.get(folder) ?? new Set()).add(names[i]))
    }
  }
  return {
    ...{ os, arch },
    read: (path) => all.get(path),
    list: (path) => [...(folders.get(path) ?? [])].sort(),
    sysctl: (key) => sysctl.get(key),
  }
}

/** A Raspberry Pi 5 at work: columns as the firmware prints them. Sum of the pairs: 9.137 W. */
export const pmicText = `\
     3V7_WL_SW_A current(0)=0.05855580A
       3V3_SYS_A current(1)=0.06148359A
       1V8_SYS_A current(2)=0.13272650A
      DDR_VDD2_A current(3)=0.13955800A
      DDR_VDDQ_A current(4)=0.00980400A
       1V1_SYS_A current(5)=0.19811380A
        0V8_SW_A current(6)=0.34157550A
      VDD_CORE_A current(7)=8.00000000A
       3V3_DAC_A current(17)=0.00006105A
       3V3_ADC_A current(18)=0.00054945A
       0V8_AON_A current(16)=0.00531135A
          HDMI_A current(22)=0.02161170A
     3V7_WL_SW_V volt(8)=3.70000000V
       3V3_SYS_V volt(9)=3.30000000V
       1V8_SYS_V volt(10)=1.80000000V
      DDR_VDD2_V volt(11)=1.10000000V
      DDR_VDDQ_V volt(12)=0.60000000V
       1V1_SYS_V volt(13)=1.10000000V
        0V8_SW_V volt(14)=0.80000000V
      VDD_CORE_V volt(15)=0.90000000V
       3V3_DAC_V volt(20)=3.30000000V
       3V3_ADC_V volt(21)=3.30000000V
       0V8_AON_V volt(19)=0.80000000V
          HDMI_V volt(23)=5.00000000V
         EXT5V_V volt(24)=4.92450000V
          BATT_V volt(25)=0.00341880V
`

export type Answers = Partial<Record<FirmwareQuestion, string>>

/** That machine with a firmware; the answers may be changed later. */
export function withFirmware(reader: Reader, answers: Answers): Reader & { asked: FirmwareQuestion[] } {
  const asked: FirmwareQuestion[] = []
  const run = (question: FirmwareQuestion) => {
    asked.push(question)
    return answers[question]
  }
  const read = (path: string) => Promise.resolve(reader.read(path))
  return { ...reader, asked, run, later: { read, run: async (question) => run(question) } }
}

export const pi = (
  name: 'raspberry-pi-4b' | 'raspberry-pi-5',
  answers: Answers,
  more?: Record<string, string | undefined>,
) => withFirmware(machine(name, more), answers)
