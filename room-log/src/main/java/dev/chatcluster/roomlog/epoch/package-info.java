/**
 * Epochs: which partition count was in force from where, as the control topic tells it. The records
 * on that topic and the first-wins rule by which everybody reads them the same.
 */
package dev.chatcluster.roomlog.epoch;
