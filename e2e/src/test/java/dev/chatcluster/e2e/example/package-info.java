/**
 * The documents' examples, run as they stand. A reader who copies one gets what was tested here.
 */
package dev.chatcluster.e2e.example;
