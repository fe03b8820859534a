/**
 * The management port: is the process alive, should it get clients, what do its meters say. Clients
 * never see it.
 */
package dev.chatcluster.consumer.management;
