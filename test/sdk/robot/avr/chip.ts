/**
 * An emulated ATmega328P at 16 MHz (avr8js): flash in, pins, bytes and time out. It runs in its own time only: run(ms).
 * takes  a program, bytes for its UART, levels for its pins · gives  bytes, every change of a pin, its own clock
 * before ./board, ./wheels · after ./hex
 */
import {
  ADCMuxInputType,
  AVRADC,
  AVRClock,
  AVREEPROM,
  AVRIOPort,
  AVRTimer,
  AVRUSART,
  AVRWatchdog,
  adcConfig,
  avrInstruction,
  CPU,
  EEPROMMemoryBackend,
  portBConfig,
  portCConfig,
  portDConfig,
  timer0Config,
  timer1Config,
  timer2Config,
  usart0Config,
  watchdogConfig,
} from 'avr8js'
import { swift } from './swift.js'

const hertz = 16e6
export const cyclesPerMs = hertz / 1000
/** Opcodes and addresses of the chip's manual. */
const sleep = 0x9588
const hang = 0xcfff
const mcusr = 0x54
const smcr = 0x53
const received = 0x80

export type Port = 'B' | 'C' | 'D'
const configs = { B: portBConfig, C: portCConfig, D: portDConfig }

export class Chip {
  /** Each byte that it has sent, as soon as it leaves. */
  onByte: (byte: number) => void = () => {}
  /** Levels that it drives itself, one bit a pin, whenever one changes. */
  onPins: (port: Port, driven: number) => void = () => {}
  /** When the last byte had reached its UART, in ms of its clock. */
  heardAt = -Infinity
  /** Resets by its own watchdog. */
  bites = 0
  /** Bytes that wait for its UART; they arrive one by one at its baud rate. */
  readonly waiting: number[] = []
  readonly #eeprom = new EEPROMMemoryBackend(1024)
  readonly #inputs = new Map<string, boolean>()
  readonly #volts = new Map<number, number>()
  #cpu!: CPU
  #usart!: AVRUSART
  #ports!: Record<Port, AVRIOPort>
  #restarted = false
  #asleep = false
  #hung: { readonly at: number; readonly opcode: number } | undefined

  constructor(readonly program: Uint16Array) {
    this.#start(0, 0)
  }

  get cycles(): number {
    return this.#cpu.cycles
  }

  /** Milliseconds since power came on. */
  get ms(): number {
    return this.#cpu.cycles / cyclesPerMs
  }

  receive(bytes: Uint8Array): void {
    for (const byte of bytes) this.waiting.push(byte)
    this.#feed()
  }

  /** Lets it run until its clock says `ms`. */
  run(ms: number): void {
    const end = Math.round(ms * cyclesPerMs)
    while (this.#cpu.cycles < end) {
      const cpu = this.#cpu
      // Nothing happens before the next event of a timer or the UART: it goes there at once.
      if (this.#asleep) cpu.cycles = Math.max(cpu.cycles, Math.min(end, nextEvent(cpu) ?? end))
      else {
        this.#asleep = this.program[cpu.pc] === sleep && (cpu.data[smcr] & 1) === 1
        avrInstruction(cpu)
      }
      // An interrupt, and nothing else, moves a sleeping program.
      const here = cpu.pc
      cpu.tick()
      if (cpu.pc !== here) this.#asleep = false
      if (this.#restarted) this.#start(cpu.cycles, cpu.data[mcusr])
    }
  }

  /** Drives an input from outside; undefined lets it go. */
  set(port: Port, pin: number, high: boolean): void {
    this.#inputs.set(`${port}${pin}`, high)
    this.#ports[port].setPin(pin, high)
  }

  setVolts(channel: number, volts: number): void {
    this.#volts.set(channel, volts)
  }

  /** The reset button, or a brown-out. */
  reset(): void {
    this.#start(this.#cpu.cycles, 2)
  }

  /** The program runs in a circle from where it is, interrupts and all, until it is reset. */
  hang(): void {
    // Out of interrupts first: the circle is the main program's.
    while (!this.#cpu.interruptsEnabled) this.run(this.ms + 0.001)
    const at = this.#cpu.pc
    this.#hung = { at, opcode: this.program[at] }
    this.program[at] = hang
  }

  #start(cycles: number, reasons: number): void {
    if (this.#hung) this.program[this.#hung.at] = this.#hung.opcode
    this.#hung = undefined
    this.#restarted = false
    this.#asleep = false
    if (reasons & 8) this.bites++
    const cpu = new CPU(this.program, 0x800)
    this.#cpu = cpu
    cpu.cycles = cycles
    cpu.data[mcusr] = reasons
    cpu.reset = () => {
      this.#restarted = true
    }
    const timers = [timer0Config, timer1Config, timer2Config].map((config) => new AVRTimer(cpu, config))
    swift(cpu, timers)
    new AVREEPROM(cpu, this.#eeprom)
    new AVRWatchdog(cpu, watchdogConfig, new AVRClock(cpu, hertz))
    const adc = new AVRADC(cpu, adcConfig)
    adc.onADCRead = (input) => {
      const volts = input.type === ADCMuxInputType.SingleEnded ? (this.#volts.get(input.channel) ?? 0) : 0
      cpu.addClockEvent(() => adc.completeADCRead(Math.min(1023, Math.round((volts / 5) * 1024))), adc.sampleCycles)
    }
    this.#ports = { B: this.#port('B', cpu), C: this.#port('C', cpu), D: this.#port('D', cpu) }
    this.#usart = new AVRUSART(cpu, usart0Config, hertz)
    this.#usart.onByteTransmit = (byte) => this.onByte(byte)
    this.#usart.onRxComplete = () => {
      this.heardAt = this.ms
      this.#feed()
    }
    this.#usart.onConfigurationChange = () => this.#feed()
    keepReceived(cpu, this.#usart)
  }

  #port(name: Port, cpu: CPU): AVRIOPort {
    const port = new AVRIOPort(cpu, configs[name])
    // What nobody drives is held up, as by the pull-ups.
    for (let pin = 0; pin < 8; pin++) port.setPin(pin, this.#inputs.get(`${name}${pin}`) ?? true)
    port.addListener((value) => this.onPins(name, value & cpu.data[configs[name].DDR]))
    // After a reset no pin is driven.
    this.onPins(name, 0)
    return port
  }

  #feed(): void {
    if (this.waiting.length && this.#usart.writeByte(this.waiting[0])) this.waiting.shift()
  }
}

/** When the next event is due, in cycles: avr8js keeps it to itself. */
function nextEvent(cpu: CPU): number | undefined {
  return (cpu as unknown as { nextClockEvent: { cycles: number } | null }).nextClockEvent?.cycles
}

/** The emulator forgets a received byte when the interrupts of the UART are switched; the chip does not. */
function keepReceived(cpu: CPU, usart: AVRUSART): void {
  const { UCSRA, UCSRB } = usart0Config
  const hook = cpu.writeHooks[UCSRB]
  cpu.writeHooks[UCSRB] = (value, before, address, mask) => {
    const waits = cpu.data[UCSRA] & received
    const handled = hook(value, before, address, mask)
    if (waits) cpu.setInterruptFlag((usart as unknown as { RXC: Parameters<CPU['setInterruptFlag']>[0] }).RXC)
    return handled
  }
}
