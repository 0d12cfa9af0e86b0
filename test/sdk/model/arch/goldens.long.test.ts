/** ./goldens.test.ts with all of it on every tier. */
import './goldens.test.js'
