/** ./engine.test.ts with every spoilt file and number of threads. */
import './engine.test.js'
