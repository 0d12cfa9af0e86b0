/** ./native.test.ts with every file on every tier by every algorithm. */
import './native.test.js'
