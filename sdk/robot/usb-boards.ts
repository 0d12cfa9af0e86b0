/**
 * Boards that robots are made of, by USB vendor and product. A hint for people: a converter chip can be on anything.
 * gives  what it probably is, or undefined
 * before ./ports
 */
const boards: Readonly<Record<string, string>> = {
  '2341:0001': 'Arduino Uno',
  '2341:0043': 'Arduino Uno R3',
  '2a03:0043': 'Arduino Uno R3',
  '2341:0069': 'Arduino Uno R4 Minima',
  '2341:1002': 'Arduino Uno R4 WiFi',
  '2341:0010': 'Arduino Mega 2560',
  '2341:0042': 'Arduino Mega 2560 R3',
  '2341:8036': 'Arduino Leonardo',
  '2341:8037': 'Arduino Micro',
  '2341:0058': 'Arduino Nano Every',
  '2341:8057': 'Arduino Nano 33 IoT',
  '2341:805a': 'Arduino Nano 33 BLE',
  '1a86:7523': 'CH340 converter: Arduino Nano and others',
  '1a86:5523': 'CH341 converter',
  '1a86:55d3': 'CH343 converter: Waveshare or Feetech bus servo adapter',
  '1a86:55d4': 'CH9102 converter: ESP32 boards',
  '10c4:ea60': 'CP2102 converter: ESP32 and Waveshare rovers',
  '0403:6001': 'FT232R converter',
  '0403:6010': 'FT2232 converter',
  '0403:6011': 'FT4232 converter',
  '0403:6014': 'FT232H converter: ROBOTIS U2D2',
  '0403:6015': 'FT231X converter',
  '067b:2303': 'PL2303 converter',
  '2e8a:0005': 'Raspberry Pi Pico (MicroPython)',
  '2e8a:0009': 'Raspberry Pi Pico 2',
  '2e8a:000a': 'Raspberry Pi Pico',
  '2f5d:2202': 'ROBOTIS OpenRB-150',
  'fff1:ff48': 'ROBOTIS OpenCM 9.04',
  '0483:5740': 'STM32 virtual port: ROBOTIS OpenCR and others',
  '303a:1001': 'ESP32 with its own USB',
  '16c0:0483': 'Teensy',
  '03eb:2404': 'Atmel USB port: RoboClaw and others',
  '26ac:0011': 'Pixhawk',
}

/** Whoever made it, where the product is not in the table. */
const vendors: Readonly<Record<string, string>> = {
  '2341': 'Arduino',
  '2a03': 'Arduino',
  '2e8a': 'Raspberry Pi microcontroller',
  '2f5d': 'ROBOTIS',
  '239a': 'Adafruit',
  '1ffb': 'Pololu',
  '303a': 'Espressif',
}

export function boardOf(vendor: string, product: string): string | undefined {
  return boards[`${vendor}:${product}`] ?? vendors[vendor]
}
