/** ./train-schemes.test.ts with every scheme. */
import './train-schemes.test.js'
