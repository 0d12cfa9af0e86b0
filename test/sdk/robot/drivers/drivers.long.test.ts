/** Every driver and each of its set-ups, held to the whole of ./conformance and to the runtime, as often as it takes. */
import './dynamixel.test.js'
import './feetech.test.js'
import './grbl.test.js'
import './roboclaw.test.js'
import './ros.test.js'
import './sabertooth.test.js'
import './waveshare.test.js'
