/** ./pilot.test.ts with all of its sentences. */
import './pilot.test.js'
